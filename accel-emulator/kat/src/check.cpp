#include "synergy/accel_kat/check.hpp"

#include <algorithm>

#include "check_images.hpp"
#include "synergy/accel/evaluate.hpp"
#include "synergy/accel/inference.hpp"
#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/cycles.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/rules.hpp"
#include "synergy/documents/digest.hpp"

namespace synergy::accel_kat {
namespace {

std::string not_equal(std::uint64_t ours, std::uint64_t recorded) {
  return std::to_string(ours) + " instead of " + std::to_string(recorded);
}

std::string label(const RecordedLayer& layer) { return "layer " + std::to_string(layer.index); }

/// Empty when equal; else which value differs, where the recorded ones are known.
std::string difference(const std::vector<std::uint8_t>& ours, const RecordedArray& recorded) {
  if (documents::sha256(ours) == recorded.sha256) return {};
  if (!recorded.data) return recorded.file + " differs";
  if (recorded.data->size() != ours.size())
    return recorded.file + " has " + not_equal(ours.size(), recorded.data->size()) + " bytes";
  const auto at = std::mismatch(ours.begin(), ours.end(), recorded.data->begin());
  return recorded.file + " differs from byte " + std::to_string(at.first - ours.begin()) + " on";
}

std::vector<const accel::Tensor*> source_tensors(const KnownAnswer& answer, std::size_t k,
                                                 const std::vector<accel::LayerOutput>& outputs) {
  std::vector<const accel::Tensor*> tensors;
  for (const auto source : answer.program.layers[k].sources) {
    const auto* tensor = source == accel_model::kInput ? &answer.input
                         : source < 0 ? nullptr  // the data buffer's content at that time is not kept
                                      : std::get_if<accel::Tensor>(&outputs[std::size_t(source)]);
    if (tensor == nullptr) return {};
    tensors.push_back(tensor);
  }
  return tensors;
}

/// The steps inside one layer, where they were recorded and are small.
void compare_inside(const KnownAnswer& answer, std::size_t k, const std::vector<accel::LayerOutput>& outputs,
                    std::vector<std::string>& found) {
  const auto& recorded = answer.layers[k];
  const bool sums = recorded.accumulator && recorded.accumulator->data;
  const bool input = recorded.operator_input && recorded.operator_input->data;
  const auto sources = source_tensors(answer, k, outputs);
  if ((!sums && !input) || sources.empty()) return;
  const auto& layer = answer.program.layers[k];
  const bool legacy = answer.program.legacy_operands && k > 0;
  const auto operands = fetch_operands(layer, sources, legacy);
  if (input)
    found.push_back(difference(accel::to_bytes(prepare_operands(layer, operands)), *recorded.operator_input));
  if (!sums) return;
  accel_model::Layer raw = layer;
  raw.output_width = 32;
  raw.activation = schemas::Activation::kNone;
  found.push_back(
      difference(accel::to_bytes(run_layer(raw, answer.weights[k], operands)), *recorded.accumulator));
}

void compare_values(const KnownAnswer& answer, const std::vector<accel::LayerOutput>& outputs,
                    CaseReport& report) {
  for (std::size_t k = 0; k < answer.layers.size(); ++k) {
    const auto& recorded = answer.layers[k];
    if (!recorded.executed) continue;
    ++report.layers;
    std::vector<std::string> found{difference(accel::to_bytes(outputs[k]), *recorded.output)};
    compare_inside(answer, k, outputs, found);
    std::erase(found, "");
    if (found.empty()) continue;
    report.mismatching_layers.push_back(recorded.index);
    for (const auto& text : found) report.differences.push_back(label(recorded) + ": " + text);
  }
}

void compare_cycles(const KnownAnswer& answer, const accel_model::ProgramPlacement& placement,
                    CaseReport& report) {
  for (std::size_t k = 0; k < answer.layers.size(); ++k) {
    const auto& recorded = answer.layers[k];
    if (!recorded.cycles) continue;
    report.estimates += recorded.cycles_are_estimate;
    const auto cycles = layer_cycles(answer.program.layers[k], answer.device, placement.layers[k].start);
    if (cycles == *recorded.cycles) continue;
    (recorded.cycles_are_estimate ? report.estimate_mismatches : report.cycle_mismatches)
        .push_back(recorded.index);
    report.differences.push_back(label(recorded) + ": cycles are " + not_equal(cycles, *recorded.cycles));
  }
}

void compare_columns(const KnownAnswer& answer, const accel_model::ProgramPlacement& placement,
                     CaseReport& report) {
  for (std::size_t k = 0; k < answer.layers.size(); ++k) {
    const auto& recorded = answer.layers[k];
    if (!recorded.column_start || !recorded.column_length) continue;
    const auto& placed = placement.layers[k];
    if (placed.start == *recorded.column_start && placed.length == *recorded.column_length) continue;
    report.placement_mismatches.push_back(recorded.index);
    report.differences.push_back(label(recorded) + ": weights are at columns " +
                                 std::to_string(placed.start) + "+" + std::to_string(placed.length) +
                                 " instead of " + std::to_string(*recorded.column_start) + "+" +
                                 std::to_string(*recorded.column_length));
  }
}

/// One comparison of numbers of a whole case.
void compare_number(const std::string& what, std::uint64_t ours, std::uint64_t recorded, CaseReport& report) {
  if (ours == recorded) return;
  report.resource_mismatches.push_back(what);
  report.differences.push_back(what + ": " + not_equal(ours, recorded));
}

void compare_streaming(const KnownAnswer& answer, CaseReport& report) {
  const auto all = accel_model::stream_registers(answer.program, answer.device);
  for (std::size_t k = 0; k < all.size() && k < answer.layers.size(); ++k) {
    if (!answer.layers[k].stream) continue;
    const auto& recorded = *answer.layers[k].stream;
    const auto of = " of streaming " + label(answer.layers[k]);
    compare_number("start" + of, all[k].start, recorded.start, report);
    compare_number("delta 1" + of, all[k].delta1, recorded.delta1, report);
    compare_number("delta 2" + of, all[k].delta2, recorded.delta2, report);
    compare_number("words of the rolling buffer" + of, all[k].buffer_words, recorded.buffer_words, report);
  }
}

void compare_resources(const KnownAnswer& answer, const accel_model::ProgramPlacement& placement,
                       CaseReport& report) {
  const auto& recorded = answer.resources;
  compare_number("bytes of weights", weight_bytes(answer.program), recorded.weight_bytes, report);
  std::uint64_t biases = 0;
  for (std::uint32_t q = 0; q < recorded.bias_levels.size(); ++q) {
    biases += placement.bias_levels[q];
    compare_number("bias bytes of quadrant " + std::to_string(q), placement.bias_levels[q],
                   recorded.bias_levels[q], report);
  }
  compare_number("bytes of biases", biases, recorded.bias_bytes, report);
  std::uint64_t all_macs = 0;
  for (std::size_t k = 0; k < answer.layers.size(); ++k) {
    if (!answer.layers[k].executed) continue;
    const auto macs = accel_model::macs(answer.program.layers[k]);
    all_macs += macs;
    if (answer.layers[k].macs)
      compare_number("multiplications of " + label(answer.layers[k]), macs, *answer.layers[k].macs, report);
  }
  compare_number("multiplications", all_macs, recorded.macs, report);
  compare_streaming(answer, report);
  for (std::uint32_t p = 0; p < recorded.columns_programmed.size(); ++p)
    compare_number("columns of processor " + std::to_string(p), placement.columns_used(p),
                   recorded.columns_programmed[p], report);
}

void refuse(const std::string& what, const Error& error, CaseReport& report) {
  report.resource_mismatches.push_back(what);
  report.differences.push_back(what + ": " + error.message);
}

}  // namespace

Result<std::vector<accel::LayerOutput>> compute_outputs(const KnownAnswer& answer, Path path) {
  if (path == Path::kReference) return run_all_layers(answer.program, answer.weights, answer.input);
  accel::Inference inference(answer.program, answer.weights);
  const auto result = inference.run(answer.input.values);
  const std::vector<std::uint8_t> usual(result.begin(), result.end());
  inference.keep_all_outputs(true);
  inference.run(answer.input.values);
  // Keeping outputs makes layers use other code, so the usual run is judged as well.
  if (inference.output_of(answer.program.last_run()) != usual)
    return Error{ErrorCode::kInternal, "the fast path answers otherwise when it keeps all outputs"};
  std::vector<accel::LayerOutput> outputs(answer.program.layers.size());
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const auto& layer = answer.program.layers[k];
    if (!layer.skipped)
      outputs[k] = accel::output_from_bytes(layer.output, layer.output_width, inference.output_of(k));
  }
  return outputs;
}

CaseReport check(const KnownAnswer& answer, const std::vector<accel::LayerOutput>& outputs) {
  CaseReport report;
  report.name = answer.name;
  report.device = name_of(answer.device);
  compare_values(answer, outputs, report);
  // What no chip would run has no place in memory and takes no time.
  if (const auto legal = check_rules(answer.program, answer.device); !legal) {
    refuse("rules", legal.error(), report);
    return report;
  }
  const accel_model::Program* programs[] = {&answer.program};
  const auto placed = accel_model::place(programs, answer.device);
  if (!placed) {
    refuse("placement", placed.error(), report);
    return report;
  }
  const auto& placement = placed->programs.front();
  compare_cycles(answer, placement, report);
  compare_number("total cycles", program_cycles(answer.program, answer.device, placement),
                 answer.total_cycles, report);
  compare_columns(answer, placement, report);
  compare_resources(answer, placement, report);
  compare_images(answer, outputs, placement, report);
  report.passed = report.differences.empty();
  return report;
}

CaseReport check_folder(const std::filesystem::path& folder, Path path) {
  CaseReport report;
  report.name = folder.filename().string();
  const auto answer = read_known_answer(folder);
  if (!answer) {
    report.error = answer.error().message;
    return report;
  }
  const auto outputs = compute_outputs(*answer, path);
  if (!outputs) {
    report.error = outputs.error().message;
    return report;
  }
  return check(*answer, *outputs);
}

Summary summarize(const std::vector<CaseReport>& reports) {
  Summary summary;
  for (const auto& report : reports) {
    ++summary.cases;
    ++(report.passed ? summary.passed : summary.failed);
    summary.unreadable += !report.error.empty();
    summary.layers += report.layers;
    summary.mismatching_layers += report.mismatching_layers.size();
    summary.cycle_mismatches += report.cycle_mismatches.size();
    summary.estimates += report.estimates;
    summary.estimate_mismatches += report.estimate_mismatches.size();
    summary.placement_mismatches += report.placement_mismatches.size();
    summary.images += report.images;
    summary.image_mismatches += report.image_mismatches.size();
    summary.resource_mismatches += report.resource_mismatches.size();
  }
  return summary;
}

}  // namespace synergy::accel_kat
