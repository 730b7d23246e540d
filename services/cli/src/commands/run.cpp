// run: a model over one input, whole or split over several emulated accelerators, without a mesh.
#include <algorithm>
#include <memory>

#include "flags.hpp"
#include "model_inputs.hpp"
#include "run_outputs.hpp"
#include "synergy/accel/accelerator.hpp"
#include "synergy/accel/evaluate.hpp"
#include "synergy/accel/inference.hpp"
#include "synergy/accel/softmax.hpp"
#include "synergy/accel_model/cost.hpp"
#include "synergy/cli/classification.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/cli/model_argument.hpp"
#include "synergy/client/table.hpp"
#include "synergy/documents/digest.hpp"
#include "synergy/documents/npy.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

struct RunFlags {
  std::string model, input, layout, device, path = "reference";
  std::vector<std::string> split;
  OutputPlaces places;
};

struct ChunkRun {
  std::string layers, output_sha256;
  std::uint64_t cycles = 0;
  double load_us = 0, infer_us = 0, unload_us = 0, time_us = 0, energy_uj = 0;

  static void fields(auto& f) {
    using C = ChunkRun;
    f.required("layers", &C::layers, "first and last");
    f.required("output_sha256", &C::output_sha256, "of its output's bytes");
    f.required("cycles", &C::cycles, "of the accelerator");
    f.required("load_us", &C::load_us, "host writes the input");
    f.required("infer_us", &C::infer_us, "accelerator computes");
    f.required("unload_us", &C::unload_us, "host reads the output");
    f.required("time_us", &C::time_us, "all three");
    f.required("energy_uj", &C::energy_uj, "of the accelerator, above idle");
  }
};

struct RunReport {
  std::string model, device, path, instruction_set, shape, result, output_sha256;
  std::uint64_t output_width = 8;
  std::optional<std::int32_t> label, score;
  std::string label_name;
  Answer answer;
  std::optional<std::vector<std::int32_t>> probabilities;
  std::uint64_t cycles = 0;
  double time_us = 0, energy_uj = 0;
  std::vector<ChunkRun> chunks;
  std::vector<OutputView> outputs;
  std::optional<std::string> layers_folder;

  static void fields(auto& f) {
    using R = RunReport;
    f.required("model", &R::model, "name");
    f.required("device", &R::device, "kind of each accelerator");
    f.required("path", &R::path, "arithmetic: reference or fast");
    f.required("instruction_set", &R::instruction_set, "that the fast path uses; empty for the other");
    f.required("shape", &R::shape, "of the output: channels x rows x columns");
    f.required("output_width", &R::output_width, "bits of each output value");
    f.required("output_sha256", &R::output_sha256, "of the output's bytes");
    f.required("result", &R::result, "argmax, softmax or raw");
    f.required("label", &R::label, "first of the largest outputs; null for raw values and maps");
    f.required("label_name", &R::label_name, "its name, where the model gives names");
    f.required("score", &R::score, "its value; null for raw values and maps");
    f.required("answer", &R::answer, "a class, the pixels of a map by class, or the first values");
    f.required("probabilities", &R::probabilities, "softmax in steps of 2^-15; null for others");
    f.required("cycles", &R::cycles, "of all chunks");
    f.required("time_us", &R::time_us, "of all chunks, one after the other, without transfers");
    f.required("energy_uj", &R::energy_uj, "of all chunks' accelerators, above idle");
    f.required("chunks", &R::chunks, "one an accelerator");
    f.required("outputs", &R::outputs, "of every layer marked as output, and the last");
    f.required("layers_folder", &R::layers_folder, "with every layer's output; null: not written");
  }
};

/// A boundary stands before a layer, which a person names by number or name.
Result<std::uint32_t> boundary_of(const accel_model::Program& program, const std::string& text) {
  for (std::uint32_t k = 0; k < program.layers.size(); ++k)
    if (program.layers[k].name == text || std::to_string(k) == text) return k;
  return Error{ErrorCode::kInvalid, "--split: the model has no layer '" + text + "'"};
}

Result<std::vector<accel_model::Program>> split(const accel_model::Program& program,
                                                const std::vector<std::string>& at) {
  const auto clean = clean_cuts(program);
  std::vector<std::uint32_t> boundaries;
  for (const auto& text : at) {
    const auto boundary = boundary_of(program, text);
    if (!boundary) return boundary.error();
    if (std::find(clean.begin(), clean.end(), *boundary) == clean.end()) {
      std::string known;
      for (const auto cut : clean) known += " " + std::to_string(cut);
      return Error{ErrorCode::kInvalid, "--split: before layer " + std::to_string(*boundary) +
                                            " is no clean cut; clean are" +
                                            (known.empty() ? " none" : known)};
    }
    boundaries.push_back(*boundary);
  }
  std::sort(boundaries.begin(), boundaries.end());
  boundaries.erase(std::unique(boundaries.begin(), boundaries.end()), boundaries.end());
  std::vector<accel_model::Program> chunks;
  std::uint32_t first = 0;
  for (const auto boundary : boundaries) {
    chunks.push_back(chunk_of(program, first, boundary - 1));
    first = boundary;
  }
  chunks.push_back(chunk_of(program, first, std::uint32_t(program.layers.size() - 1)));
  return chunks;
}

/// Keeps the outputs that are wanted; `output_of(k)` gives that of the chunk's layer k.
void keep(const accel_model::Program& chunk, LayerOutputs& outputs, const auto& output_of) {
  for (std::size_t k = 0; k < chunk.layers.size(); ++k)
    if (outputs.wanted[chunk.first_layer + k]) outputs.bytes[chunk.first_layer + k] = output_of(k);
}

/// The accelerator computes by the fast path; the reference takes its place where that is asked for. An
/// accelerator gives its last layer's output only, so others come from a second run of the same path.
Result<std::vector<std::uint8_t>> compute(accel::Accelerator& device, const accel_model::Program& chunk,
                                          const accel::ModelWeights& weights, bool fast,
                                          const std::vector<std::uint8_t>& input, LayerOutputs& outputs) {
  const auto tensor = accel::tensor_from_bytes(chunk.input(), input);
  const auto last = chunk.last_run();
  if (!fast) {
    const auto all = accel::run_all_layers(chunk, weights, tensor);
    keep(chunk, outputs, [&](std::size_t k) { return accel::to_bytes(all[k]); });
    return accel::to_bytes(all[last]);
  }
  if (auto status = device.start(); !status) return status.error();
  auto output = device.unload();
  if (!output) return output;
  const auto first_wanted = outputs.wanted.begin() + std::ptrdiff_t(chunk.first_layer);
  if (std::none_of(first_wanted, first_wanted + std::ptrdiff_t(last), [](bool wanted) { return wanted; })) {
    keep(chunk, outputs, [&](std::size_t) { return *output; });
    return output;
  }
  accel::Inference inference(chunk, weights);
  inference.keep_all_outputs(true);
  inference.run(tensor.values);
  keep(chunk, outputs, [&](std::size_t k) { return k == last ? *output : inference.output_of(k); });
  return output;
}

/// Runs one chunk on an accelerator of its own; `data` is its input and then its output.
Result<ChunkRun> run_chunk(const accel_model::Program& chunk, const accel::LoadedModel& model,
                           const schemas::DeviceProfile& profile, bool fast, std::vector<std::uint8_t>& data,
                           LayerOutputs& outputs) {
  accel::Accelerator device(profile.accelerator);
  const auto last = std::uint32_t(chunk.first_layer + chunk.layers.size() - 1);
  const schemas::ChunkKey key{chunk.model, model.digest, chunk.first_layer, last};
  const auto weights = weights_of_chunk(model.weights, chunk);
  if (auto status = device.load_weights(key, chunk, weights); !status) return status.error();
  if (auto status = device.select(key); !status) return status.error();
  if (auto status = device.load_input(data); !status) return status.error();
  auto output = compute(device, chunk, weights, fast, data, outputs);
  if (!output) return output.error();
  data = *std::move(output);
  const auto cost = chunk_cost(chunk, profile, *device.placement_of(key));
  ChunkRun run;
  run.layers = layer_range(chunk);
  run.output_sha256 = documents::sha256(data);
  run.cycles = cost.cycles;
  run.load_us = microseconds(cost.load);
  run.infer_us = microseconds(cost.infer);
  run.unload_us = microseconds(cost.unload);
  run.time_us = run.load_us + run.infer_us + run.unload_us;
  run.energy_uj = cost.load_uj + cost.infer_uj + cost.unload_uj;
  return run;
}

void add_result(const accel::LoadedModel& model, const std::vector<std::uint8_t>& output, RunReport& report) {
  const auto& last = model.program.layers[model.program.last_run()];
  report.shape = to_string(last.output);
  report.output_width = last.output_width;
  report.output_sha256 = documents::sha256(output);
  report.result = name_of(model.program.result);
  report.answer = answer_of_output(result_form(model), {output.begin(), output.end()});
  report.label = report.answer.label;
  report.score = report.answer.score;
  report.label_name = report.answer.label_name;
  if (model.program.result != schemas::ResultKind::kSoftmax) return;
  const auto probabilities = accel::softmax(
      accel::softmax_input(last, accel::output_from_bytes(last.output, last.output_width, output)));
  report.probabilities.emplace(probabilities.begin(), probabilities.end());
}

Result<RunReport> run_model(const Shared& shared, const RunFlags& flags) {
  const auto model = load_model_argument(shared.deploy_folder, flags.model);
  if (!model) return model.error();
  const auto chunks = split(model->program, flags.split);
  if (!chunks) return chunks.error();
  const auto kind = kind_for(flags.device, *chunks);
  const auto profile = profile_of(shared.deploy_folder, kind);
  if (!profile) return profile.error();
  auto data = read_one_input(flags.input, *model, layout_named(flags.layout));
  if (!data) return data.error();
  RunReport report;
  report.model = model->program.model.text();
  report.device = name_of(kind);
  report.path = flags.path;
  if (flags.path == "fast") report.instruction_set = accel::instruction_set();
  auto outputs = wanted_outputs(model->program, !flags.places.folder.empty());
  for (const auto& chunk : *chunks) {
    auto run = run_chunk(chunk, *model, *profile, flags.path == "fast", *data, outputs);
    if (!run) return run.error();
    report.cycles += run->cycles;
    report.time_us += run->time_us;
    report.energy_uj += run->energy_uj;
    report.chunks.push_back(*std::move(run));
  }
  add_result(*model, *data, report);
  report.outputs = views_of(model->program, outputs);
  if (!flags.places.folder.empty()) report.layers_folder = flags.places.folder;
  if (auto status = write_outputs(model->program, outputs, flags.places, report.outputs); !status)
    return status.error();
  return report;
}

std::string to_text(const RunReport& report) {
  std::string text = report.model + ": output " + report.shape + ", " + std::to_string(report.output_width) +
                     " bits, sha256 " + report.output_sha256 + "\n";
  text += (report.label ? "label " : "") + to_text(report.answer);
  if (report.probabilities && report.label)
    text += ", probability " + fixed(double((*report.probabilities)[std::size_t(*report.label)]) / 32768, 3);
  text += "\n";
  text += outputs_text(report.outputs);
  if (report.layers_folder) text += "every layer's output written to " + *report.layers_folder + "\n";
  Table table({"layers on a " + report.device, "cycles", "load us", "infer us", "unload us", "energy uJ"});
  for (const auto& chunk : report.chunks)
    table.add({chunk.layers, std::to_string(chunk.cycles), fixed(chunk.load_us, 1), fixed(chunk.infer_us, 1),
               fixed(chunk.unload_us, 1), fixed(chunk.energy_uj, 2)});
  return text + table.text() + std::to_string(report.cycles) + " cycles, " + fixed(report.time_us, 1) +
         " us, " + fixed(report.energy_uj, 2) + " uJ\n";
}

}  // namespace

void add_run_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<RunFlags>();
  auto* command = add_command(made, [&shared, flags]() -> Status {
    const auto report = run_model(shared, *flags);
    if (!report) return report.error();
    print<RunReport>(shared, *report, [](const RunReport& value) { return to_text(value); });
    return {};
  });
  command->add_option("MODEL", flags->model, "a model's folder, or its name below deploy/models")->required();
  command
      ->add_option(
          "--input", flags->input,
          "the input: signed bytes, pixels as unsigned bytes, or wider integers of -128 to 127 (.npy); or a "
          "picture (.png, .jpg), or a sound (.wav, .flac, .ogg) no longer than the model's window")
      ->required();
  add_layout_option(*command, flags->layout, "the input");
  command->add_option("--split", flags->split, "layers, by number or name, before which it is cut")
      ->delimiter(',');
  command->add_option("-o,--output", flags->places.file,
                      "write the output (.npy); of several outputs each to a file with layer and name added");
  command->add_option("--layers", flags->places.folder,
                      "write every layer's output into this folder, NUMBER_NAME.npy");
  command->add_option("--path", flags->path, "arithmetic: reference or fast")
      ->one_of({"reference", "fast"})
      ->show_default();
  add_device_option(*command, flags->device);
  add_deploy_option(*command, shared, "models and devices");
}

}  // namespace synergy::cli
