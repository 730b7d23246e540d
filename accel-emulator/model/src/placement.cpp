#include "synergy/accel_model/placement.hpp"

#include <algorithm>
#include <bit>

#include "bias_memory.hpp"
#include "column_map.hpp"
#include "kernel_layout.hpp"

namespace synergy::accel_model {
namespace {

constexpr std::uint64_t kAllProcessors = ~std::uint64_t{0};
constexpr std::uint64_t kFirstProcessors = 0x0001'0001'0001'0001;

std::optional<std::uint32_t> find_start(const ColumnMap& map, const Layer& layer, std::uint32_t length,
                                        const DeviceConstants& chip) {
  if (chip.first_processors_fill_from_top && (layer.processors & ~kFirstProcessors) == 0)
    if (const auto start = map.highest(layer.processors, length)) return start;
  return map.lowest(layer.processors, length);
}

// Layers on all processors first: they need the same columns everywhere, which smaller layers would fragment.
std::vector<std::size_t> placing_order(const Program& program) {
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    if (has_weights(program.layers[k])) order.push_back(k);
  std::stable_partition(order.begin(), order.end(),
                        [&](std::size_t k) { return program.layers[k].processors == kAllProcessors; });
  return order;
}

bool share_weights(const Layer& a, const Layer& b) {
  return has_weights(a) && a.weights == b.weights && a.processors == b.processors && a.kernel == b.kernel &&
         a.weight_bits == b.weight_bits && a.kernel_inputs() == b.kernel_inputs() &&
         a.output.channels == b.output.channels;
}

const LayerPlacement* placement_of_shared(const Program& program, std::size_t layer,
                                          const std::vector<LayerPlacement>& placed) {
  for (std::size_t k = 0; k < layer; ++k)
    if (share_weights(program.layers[k], program.layers[layer])) return &placed[k];
  return nullptr;
}

Error no_columns(const Program& program, std::size_t k, std::uint32_t length, const ColumnMap& map,
                 const DeviceConstants& chip) {
  const Layer& layer = program.layers[k];
  return {ErrorCode::kNoFit,
          layer_label(program, k) + " needs " + std::to_string(length) +
              " columns of weight memory in each of " + std::to_string(std::popcount(layer.processors)) +
              " processors of the " + std::string(chip.name) + "; at most " +
              std::to_string(map.longest_free(layer.processors)) + " in a row are free in all of them"};
}

Result<ProgramPlacement> place_into(ColumnMap& map, const Program& program, const DeviceConstants& chip) {
  ProgramPlacement placement;
  placement.layers.resize(program.layers.size());
  for (const std::size_t k : placing_order(program)) {
    const Layer& layer = program.layers[k];
    if (const auto* shared = placement_of_shared(program, k, placement.layers)) {
      placement.layers[k].start = shared->start;
      placement.layers[k].length = shared->length;
      continue;
    }
    const KernelColumns need = kernel_columns(layer);
    // The vendor's tool searches for `length` columns. A mask that starts off a multiple of four occupies up
    // to three more, which would then fall on another layer's kernels or outside the memory.
    const auto start = find_start(map, layer, need.occupied_end, chip);
    if (!start) return no_columns(program, k, need.occupied_end, map, chip);
    const std::uint32_t end = *start + need.occupied_end;
    map.take(layer.processors, *start + need.occupied_begin, end);
    placement.layers[k] = {*start, need.length,  *start + need.occupied_begin,
                           end,    need.written, layer.processors};
  }
  auto levels = place_biases(program, chip);
  if (!levels) return levels.error();
  placement.bias_levels = *levels;
  return placement;
}

}  // namespace

std::uint32_t ProgramPlacement::columns_used(std::uint32_t processor) const {
  std::uint32_t columns = 0;
  for (const auto& layer : layers)
    if ((layer.processors >> processor) & 1) columns += layer.written;
  return columns;
}

std::uint32_t ProgramPlacement::highest_column() const {
  std::uint32_t highest = 0;
  for (const auto& layer : layers) highest = std::max(highest, layer.occupied_end);
  return highest;
}

Result<Placement> place(std::span<const Program* const> programs, schemas::AcceleratorKind kind) {
  const DeviceConstants& chip = constants_of(kind);
  ColumnMap map(chip);
  Placement placement;
  for (const Program* program : programs) {
    auto placed = place_into(map, *program, chip);
    if (!placed) return placed.error();
    placement.programs.push_back(*std::move(placed));
  }
  return placement;
}

Result<ProgramPlacement> place_beside(std::span<const ProgramPlacement* const> resident,
                                      const Program& program, schemas::AcceleratorKind kind) {
  const DeviceConstants& chip = constants_of(kind);
  ColumnMap map(chip);
  for (const auto* other : resident)
    for (const auto& layer : other->layers)
      map.take(layer.processors, layer.occupied_begin, layer.occupied_end);
  return place_into(map, program, chip);
}

}  // namespace synergy::accel_model
