#include "accelerator.hpp"

#include <algorithm>
#include <utility>

namespace synergy::virtual_mesh {

using schemas::AcceleratorAction;

void Accelerator::perform(const schemas::AcceleratorDo& operation,
                          std::function<void(Result<schemas::AcceleratorDone>)> done) {
  const auto time = time_of(operation);
  Result<schemas::AcceleratorDone> answer = Error{};
  auto when = queue_.model_now();
  if (time) {
    schemas::AcceleratorDone ended;
    ended.begin = std::max(operation.begin, free_since_);
    ended.end = free_since_ = ended.begin + (operation.streamed ? Duration(0) : *time);
    when = ended.end;
    answer = std::move(ended);
  } else {
    answer = time.error();
  }
  queue_.at(when, [done = std::move(done), answer = std::move(answer), forgotten = forgotten_] {
    if (!*forgotten) done(answer);
  });
}

void Accelerator::forget() {
  *forgotten_ = true;
  forgotten_ = std::make_shared<bool>(false);
}

Result<Duration> Accelerator::time_of(const schemas::AcceleratorDo& operation) {
  const auto& key = operation.chunk;
  if (operation.action == AcceleratorAction::kPowerCycle) {
    resident_.clear();
    return Duration(0);
  }
  if (operation.action == AcceleratorAction::kLoadWeights) return load_weights(key);
  if (operation.action == AcceleratorAction::kReload) {
    resident_.clear();
    const auto loaded = load_weights(key);
    if (!loaded) return loaded.error();
    return *loaded + resident_.at(key).cost.switch_program;
  }
  const auto found = resident_.find(key);
  if (found == resident_.end())
    return Error{ErrorCode::kNotFound, "a chunk of '" + key.model.text() + "' is not resident"};
  const auto& cost = found->second.cost;
  switch (operation.action) {
    case AcceleratorAction::kSwitch:
      return cost.switch_program;
    case AcceleratorAction::kLoad:
      return cost.load;
    case AcceleratorAction::kInfer:
      return cost.infer;
    case AcceleratorAction::kUnload:
      return cost.unload;
    default:
      return Error{ErrorCode::kInvalid, "an executor does not ask for that"};
  }
}

Result<Duration> Accelerator::load_weights(const schemas::ChunkKey& key) {
  if (resident_.contains(key)) return Duration(0);
  const auto program = programs_(key);
  if (!program) return program.error();
  const auto chunk = accel_model::chunk_of(*program, key.first_layer, key.last_layer);
  std::vector<const accel_model::ProgramPlacement*> others;
  for (const auto& [other, content] : resident_) others.push_back(&content.placement);
  auto placement = accel_model::place_beside(others, chunk, profile_.accelerator);
  if (!placement) return placement.error();
  const auto cost = accel_model::chunk_cost(chunk, profile_, *placement);
  resident_.emplace(key, Chunk{*std::move(placement), cost});
  return cost.weight_load;
}

}  // namespace synergy::virtual_mesh
