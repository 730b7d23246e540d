#include "synergy/accel_model/rules.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "data_memory.hpp"
#include "layer_rules.hpp"
#include "operators.hpp"
#include "streaming.hpp"
#include "synergy/accel_model/device_constants.hpp"
#include "synergy/base/hexadecimal.hpp"

namespace synergy::accel_model {
namespace {

constexpr auto kInvalid = ErrorCode::kInvalid;

std::string a_chip(const DeviceConstants& chip) { return "a " + std::string(chip.name); }

// Between an element-wise operation and an average pooling, a MAX78002 gets one more layer.
std::uint32_t inserted_layers(const Program& program, const DeviceConstants& chip) {
  std::uint32_t inserted = 0;
  const Layer* before = nullptr;
  for (const auto& layer : program.layers) {
    if (layer.skipped) continue;
    const bool averages = layer.pooling.kind == PoolKind::kAverage;
    // A gap in the numbers is that layer already.
    inserted += chip.inserts_layer_before_average && averages && before != nullptr && before->operands > 1 &&
                layer.sequence == before->sequence + 1;
    before = &layer;
  }
  return inserted;
}

Status check_layer_count(const Program& program, const DeviceConstants& chip) {
  std::uint32_t last = 0;
  for (const auto& layer : program.layers) last = std::max(last, layer.sequence);
  const std::uint32_t inserted = inserted_layers(program, chip), need = last + 1 + inserted;
  if (need <= chip.max_layers) return {};
  return Error{ErrorCode::kNoFit,
               a_chip(chip) + " takes at most " + std::to_string(chip.max_layers) +
                   " layers; this program needs " + std::to_string(need) +
                   (inserted > 0 ? ", of which " + std::to_string(inserted) + " reset averages" : "")};
}

Status check_quadrant_0(const Program& program, const DeviceConstants& chip) {
  if ((processors_used(program) & 0xffff) != 0) return {};
  return Error{
      kInvalid,
      a_chip(chip) + " is controlled through quadrant 0; some layer must use one of processors 0 to 15"};
}

// All layers share one setting of what a single bit means.
Status check_one_bit_weights(const Program& program, const DeviceConstants& chip) {
  const Layer *plain = nullptr, *binary = nullptr;
  for (const auto& layer : program.layers)
    if (has_weights(layer) && layer.weight_bits == 1) (layer.binary ? binary : plain) = &layer;
  if (plain == nullptr || binary == nullptr) return {};
  return Error{kInvalid, "on " + a_chip(chip) + " all weights of one bit are binary or none; layer '" +
                             binary->name + "' has binary ones, layer '" + plain->name + "' others"};
}

Status check_order(const Program& program, const DeviceConstants& chip) {
  if (chip.has_free_layer_order) return {};
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    const Layer& layer = program.layers[k];
    if (layer.skipped)
      return Error{kInvalid, layer_label(program, k) + ": " + a_chip(chip) + " can not pass over a layer"};
    if (layer.sequence != k)
      return Error{kInvalid, layer_label(program, k) + ": " + a_chip(chip) +
                                 " runs its layers from 0 on without gaps; number " + std::to_string(k) +
                                 " is needed, its sequence is " + std::to_string(layer.sequence)};
  }
  return {};
}

// Operands are fetched from the same processors.
Status check_operand_masks(const Program& program, std::size_t k) {
  const Layer& layer = program.layers[k];
  if (layer.operands == 1) return {};
  const Layer* first = nullptr;
  for (const Source source : layer.sources) {
    if (source < 0) continue;
    const Layer& other = program.layers[std::size_t(source)];
    if (first == nullptr) first = &other;
    if (other.output_processors != first->output_processors)
      return Error{kInvalid, "its operands lie in different processors: layer '" + first->name +
                                 "' writes with " + hexadecimal(first->output_processors) + ", layer '" +
                                 other.name + "' with " + hexadecimal(other.output_processors)};
  }
  return {};
}

Status check_in_program(const Program& program, std::size_t k, const DeviceConstants& chip) {
  const Layer& layer = program.layers[k];
  if (k > 0 && layer.data_format == schemas::DataFormat::kChw)
    return Error{kInvalid, "only the first layer reads CHW data"};
  if (k == program.last_run() && layer.output_width == 32 && layer.activation != schemas::Activation::kNone)
    return Error{kInvalid, "the last layer's 32-bit output is the raw accumulator; it has no activation"};
  const std::uint64_t used = processors_used(program);
  for (const auto quadrant : layer.bias_quadrants)
    if (quadrant >= kQuadrants || ((used >> (quadrant * kProcessorsPerQuadrant)) & 0xffff) == 0)
      return Error{kInvalid, "bias_quadrants names quadrant " + std::to_string(quadrant) + " of the " +
                                 std::string(chip.name) + ", which the program does not use"};
  if (auto status = check_masks(layer, program.max_processors, chip); !status) return status;
  return check_operand_masks(program, k);
}

}  // namespace

Status check_rules(const Program& program, schemas::AcceleratorKind kind) {
  const DeviceConstants& chip = constants_of(kind);
  for (const auto check : {check_layer_count, check_quadrant_0, check_one_bit_weights})
    if (auto status = check(program, chip); !status) return status.error().at(program_label(program));
  if (auto status = check_order(program, chip); !status) return status;
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    const std::string label = layer_label(program, k);
    if (auto status = check_layer(program.layers[k], chip); !status) return status.error().at(label);
    if (auto status = check_in_program(program, k, chip); !status) return status.error().at(label);
    if (auto status = check_data_room(program, k, chip); !status) return status.error().at(label);
  }
  if (auto status = check_streaming(program, chip); !status) return status;
  return check_overlaps(program, chip);
}

}  // namespace synergy::accel_model
