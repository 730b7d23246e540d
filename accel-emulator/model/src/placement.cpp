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

/// What a layer asks of the column map.
Room room_for(const Program& program, const Layer& layer, const KernelColumns& need) {
  Room room;
  // The vendor's tool looks for `searched` columns only. A mask that starts off a multiple of four occupies
  // up to three more, which could then fall on another layer's kernels or outside the memory.
  room.length = std::max(need.searched, need.occupied_end);
  room.from = program.weight_start;
  room.within_bank = layer.depthwise();
  return room;
}

// The vendor's tool begins a first `calcx4` layer at four times the place it found.
bool begins_calcx4(const Program& program, std::size_t k) {
  return k > 0 && program.layers[k].calcx4 && !program.layers[k - 1].calcx4;
}

std::optional<std::uint32_t> find_start(const ColumnMap& map, const Program& program, std::size_t k,
                                        const KernelColumns& need, const DeviceConstants& chip) {
  constexpr std::uint32_t kTopBank = 256;
  const Layer& layer = program.layers[k];
  Room room = room_for(program, layer, need);
  const bool first_only = (layer.processors & ~kFirstProcessors) == 0;
  if (chip.first_processors_fill_from_top && first_only && (!layer.depthwise() || room.length <= kTopBank))
    if (const auto start = map.highest(layer.processors, room)) return start;
  const auto start = map.lowest(layer.processors, room);
  if (!start || !begins_calcx4(program, k)) return start;
  room.from = *start * 4;
  return map.lowest(layer.processors, room);
}

// Layers on all processors first: they need the same columns everywhere, which smaller layers would fragment.
std::vector<std::size_t> placing_order(const Program& program) {
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    if (has_weights(program.layers[k])) order.push_back(k);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return program.layers[a].sequence < program.layers[b].sequence;
  });
  std::stable_partition(order.begin(), order.end(),
                        [&](std::size_t k) { return program.layers[k].processors == kAllProcessors; });
  return order;
}

bool share_weights(const Layer& a, const Layer& b) {
  return has_weights(a) && a.weights == b.weights && a.processors == b.processors && a.kernel == b.kernel &&
         a.weight_bits == b.weight_bits && a.binary == b.binary && a.groups == b.groups &&
         a.flatten == b.flatten && a.kernel_inputs() == b.kernel_inputs() &&
         a.output.channels == b.output.channels;
}

const LayerPlacement* placement_of_shared(const Program& program, std::size_t layer,
                                          const std::vector<LayerPlacement>& placed) {
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    if (k != layer && placed[k].processors != 0 && share_weights(program.layers[k], program.layers[layer]))
      return &placed[k];
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
    const auto start = find_start(map, program, k, need, chip);
    if (!start) return no_columns(program, k, std::max(need.searched, need.occupied_end), map, chip);
    auto& place = placement.layers[k];
    place.start = *start;
    place.length = need.length;
    place.occupied_begin = *start + need.occupied_begin;
    place.occupied_end = *start + need.occupied_end;
    place.written = need.written;
    place.processors = layer.processors;
    map.take(layer.processors, place.occupied_begin, place.occupied_end);
  }
  if (auto status = place_biases(program, chip, placement); !status) return status.error();
  return placement;
}

}  // namespace

std::uint32_t ProgramPlacement::columns_used(std::uint32_t processor) const {
  std::uint32_t columns = 0;
  for (const auto& layer : layers) columns += layer.written_in(processor);
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
