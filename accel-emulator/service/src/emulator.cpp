#include "synergy/accel_service/emulator.hpp"

#include <algorithm>

#include "synergy/base/text.hpp"

namespace synergy::accel_service {

using schemas::AcceleratorAction;

Emulator::Emulator(documents::DeployFolder deploy, schemas::DeviceProfile profile)
    : deploy_(std::move(deploy)), profile_(std::move(profile)), accelerator_(profile_.accelerator) {}

Result<schemas::AcceleratorDone> Emulator::on(const schemas::AcceleratorDo& operation) {
  auto outcome = perform(operation);
  if (!outcome) return outcome.error();
  schemas::AcceleratorDone done;
  done.begin = std::max(operation.begin, free_since_);
  if (operation.streamed) outcome->time = Duration(0);
  done.end = done.begin + outcome->time;
  done.energy_uj = outcome->energy_uj;
  done.cycles = outcome->cycles;
  done.data = std::move(outcome->data);
  free_since_ = done.end;
  busy_ += outcome->time;
  return done;
}

Result<Emulator::Outcome> Emulator::perform(const schemas::AcceleratorDo& operation) {
  const auto& key = operation.chunk;
  if (operation.action == AcceleratorAction::kPowerCycle) {
    empty();
    return Outcome{};
  }
  if (operation.action == AcceleratorAction::kLoadWeights) return load_weights(key);
  if (operation.action == AcceleratorAction::kReload) return reload(key);
  const auto cost = costs_.find(key);
  if (cost == costs_.end())
    return Error{ErrorCode::kNotFound, "layers " + std::to_string(key.first_layer) + "-" +
                                           std::to_string(key.last_layer) + " of '" + key.model.text() +
                                           "' are not resident"};
  const auto& costs = cost->second;
  if (operation.action == AcceleratorAction::kSwitch) {
    if (auto status = accelerator_.select(key); !status) return status.error();
    return Outcome{costs.switch_program, costs.switch_uj, 0, {}};
  }
  if (auto status = require_selected(key); !status) return status.error();
  if (operation.action == AcceleratorAction::kLoad) {
    if (auto status = accelerator_.load_input(operation.data); !status) return status.error();
    return Outcome{costs.load, costs.load_uj, 0, {}};
  }
  if (operation.action == AcceleratorAction::kInfer) {
    if (auto status = accelerator_.start(); !status) return status.error();
    cycles_ += costs.cycles;
    return Outcome{costs.infer, costs.infer_uj, costs.cycles, {}};
  }
  auto data = accelerator_.unload();
  if (!data) return data.error();
  return Outcome{costs.unload, costs.unload_uj, 0, std::move(*data)};
}

void Emulator::empty() {
  accelerator_.power_off();
  accelerator_.power_on();
  costs_.clear();
}

Result<Emulator::Outcome> Emulator::reload(const schemas::ChunkKey& key) {
  if (const auto found = model(key); !found) return found.error();
  for (const auto& resident : accelerator_.resident())
    if (auto status = accelerator_.drop(resident); !status) return status.error();
  costs_.clear();
  auto loaded = load_weights(key);
  if (!loaded) return loaded.error();
  if (auto status = accelerator_.select(key); !status) return status.error();
  const auto& costs = costs_.at(key);
  return Outcome{loaded->time + costs.switch_program, loaded->energy_uj + costs.switch_uj, 0, {}};
}

void Emulator::follow(const schemas::DeviceProfile& profile) {
  profile_ = profile;
  for (auto& [key, cost] : costs_) {
    const auto& program = models_.at(key.model_digest).program;
    cost = accel_model::chunk_cost(accel_model::chunk_of(program, key.first_layer, key.last_layer), profile_,
                                   *accelerator_.placement_of(key));
  }
}

Status Emulator::require_selected(const schemas::ChunkKey& key) const {
  if (accelerator_.selected() == key) return {};
  return Error{ErrorCode::kConflict, "layers " + std::to_string(key.first_layer) + "-" +
                                         std::to_string(key.last_layer) + " of '" + key.model.text() +
                                         "' are resident but not selected: switch first"};
}

Result<Emulator::Outcome> Emulator::load_weights(const schemas::ChunkKey& key) {
  auto found = model(key);
  if (!found) return found.error();
  const auto& loaded = **found;
  if (key.last_layer < key.first_layer || key.last_layer >= loaded.program.layers.size())
    return Error{ErrorCode::kInvalid, "model '" + key.model.text() + "' has no layers " +
                                          std::to_string(key.first_layer) + "-" +
                                          std::to_string(key.last_layer)};
  const auto chunk = accel_model::chunk_of(loaded.program, key.first_layer, key.last_layer);
  if (auto status = accelerator_.load_weights(key, chunk, accel::weights_of_chunk(loaded.weights, chunk));
      !status)
    return status.error();
  const auto cost = accel_model::chunk_cost(chunk, profile_, *accelerator_.placement_of(key));
  costs_.insert_or_assign(key, cost);
  return Outcome{cost.weight_load, cost.weight_load_uj, 0, {}};
}

Result<const accel::LoadedModel*> Emulator::model(const schemas::ChunkKey& key) {
  if (const auto found = models_.find(key.model_digest); found != models_.end()) return &found->second;
  const auto names = deploy_.model_names();
  if (std::find(names.begin(), names.end(), key.model.text()) == names.end())
    return Error{ErrorCode::kInvalid, unknown_name("model", key.model.text(), names)};
  auto loaded = accel::load_model(deploy_.model_folder(key.model));
  if (!loaded) return loaded.error();
  if (loaded->digest != key.model_digest)
    return Error{ErrorCode::kConflict,
                 "the files of model '" + key.model.text() + "' are not those the plan was made for"};
  return &models_.emplace(key.model_digest, std::move(*loaded)).first->second;
}

std::map<std::string, std::uint64_t> Emulator::counters() const {
  return {{"inferences", accelerator_.counters().inferences},
          {"cycles", cycles_},
          {"busy_us", std::uint64_t(busy_.count() / 1000)},
          {"resident", accelerator_.resident().size()}};
}

}  // namespace synergy::accel_service
