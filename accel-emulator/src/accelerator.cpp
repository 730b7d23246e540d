#include "synergy/accel/accelerator.hpp"

#include "synergy/accel_model/cycles.hpp"
#include "synergy/accel_model/rules.hpp"
#include "synergy/accel_model/words.hpp"

namespace synergy::accel {
namespace {

std::string text_of(const ChunkKey& key) {
  return "layers " + std::to_string(key.first_layer) + " to " + std::to_string(key.last_layer) +
         " of model '" + key.model.text() + "'";
}

Error not_resident(const ChunkKey& key) { return {ErrorCode::kNotFound, text_of(key) + " are not resident"}; }

}  // namespace

Accelerator::Accelerator(schemas::AcceleratorKind kind, TraceObserver observer)
    : kind_(kind), observer_(std::move(observer)) {}

Status Accelerator::load_weights(const ChunkKey& key, const accel_model::Program& program,
                                 const ModelWeights& weights) {
  if (auto status = require_power(); !status) return status;
  if (const auto found = resident_.find(key); found != resident_.end()) {
    if (found->second.program == program && found->second.weights == weights) return {};
    return Error{ErrorCode::kConflict, text_of(key) + " are resident with other content; drop them first"};
  }
  if (auto status = accel_model::check_rules(program, kind_); !status) return status;
  if (auto status = check_weights(program, weights); !status) return status;
  std::vector<const accel_model::ProgramPlacement*> others;
  for (const auto& [other, content] : resident_) others.push_back(&content.placement);
  auto placement = accel_model::place_beside(others, program, kind_);
  if (!placement) return placement.error();
  const std::uint64_t words = accel_model::weight_words(*placement).words;
  resident_.emplace(key, Resident{program, weights, *std::move(placement), Inference(program, weights)});
  record(TraceEvent::Change::kWeightsLoaded, key, words);
  return {};
}

Status Accelerator::drop(const ChunkKey& key) {
  if (auto status = require_power(); !status) return status;
  const auto found = resident_.find(key);
  if (found == resident_.end()) return not_resident(key);
  const ChunkKey dropped = key;  // `key` may be a reference to what is erased
  if (selected_ == dropped) {
    selected_.reset();
    clear_data();
  }
  resident_.erase(found);
  record(TraceEvent::Change::kWeightsDropped, dropped, 0);
  return {};
}

Status Accelerator::select(const ChunkKey& key) {
  if (auto status = require_power(); !status) return status;
  const auto found = resident_.find(key);
  if (found == resident_.end()) return not_resident(key);
  selected_ = found->first;
  clear_data();
  record(TraceEvent::Change::kSelected, found->first, accel_model::bias_words(found->second.placement));
  return {};
}

Status Accelerator::load_input(std::span<const std::uint8_t> bytes) {
  if (auto status = require_power(); !status) return status;
  if (!selected_) return Error{ErrorCode::kConflict, "no chunk is selected, so no input can be loaded"};
  const auto& program = current().program;
  if (bytes.size() != program.input_bytes())
    return Error{ErrorCode::kInvalid, "the input of " + text_of(*selected_) + " is " +
                                          to_string(program.input()) + ", " +
                                          std::to_string(program.input_bytes()) + " bytes; given are " +
                                          std::to_string(bytes.size())};
  input_.emplace(bytes.begin(), bytes.end());
  output_.reset();
  record(TraceEvent::Change::kInputLoaded, *selected_, accel_model::input_words(program));
  return {};
}

Status Accelerator::start() {
  if (auto status = require_power(); !status) return status;
  if (!selected_) return Error{ErrorCode::kConflict, "no chunk is selected, so none can be started"};
  if (!input_)
    return Error{ErrorCode::kConflict, text_of(*selected_) + " have no input; load one before each start"};
  auto& [program, weights, placement, inference] = current();
  const auto output = inference.run(*input_);
  output_.emplace(output.begin(), output.end());
  input_.reset();
  record(TraceEvent::Change::kStarted, *selected_, 0, accel_model::program_cycles(program, kind_, placement));
  return {};
}

Result<std::vector<std::uint8_t>> Accelerator::unload() {
  if (auto status = require_power(); !status) return status.error();
  if (!output_) return Error{ErrorCode::kConflict, "there is no result; start a chunk first"};
  record(TraceEvent::Change::kUnloaded, *selected_, accel_model::output_words(current().program));
  return *output_;
}

void Accelerator::power_off() {
  if (!powered_) return;
  powered_ = false;
  resident_.clear();
  selected_.reset();
  clear_data();
  record(TraceEvent::Change::kPoweredOff, {}, 0);
}

void Accelerator::power_on() {
  if (powered_) return;
  powered_ = true;
  record(TraceEvent::Change::kPoweredOn, {}, 0);
}

Status Accelerator::require_power() const {
  if (powered_) return {};
  return Error{ErrorCode::kConflict, "the accelerator is off; switch it on first"};
}

std::vector<ChunkKey> Accelerator::resident() const {
  std::vector<ChunkKey> keys;
  for (const auto& [key, content] : resident_) keys.push_back(key);
  return keys;
}

const accel_model::ProgramPlacement* Accelerator::placement_of(const ChunkKey& key) const {
  const auto found = resident_.find(key);
  return found == resident_.end() ? nullptr : &found->second.placement;
}

void Accelerator::clear_data() {
  input_.reset();
  output_.reset();
}

// The one place where something is known to have happened: counted, then told.
void Accelerator::record(TraceEvent::Change change, const ChunkKey& key, std::uint64_t words,
                         std::uint64_t cycles) {
  using Change = TraceEvent::Change;
  const auto count = [&](std::uint64_t& times, std::uint64_t& moved) {
    ++times;
    moved += words;
  };
  std::uint64_t uncounted = 0;
  switch (change) {
    case Change::kWeightsLoaded:
      count(counters_.weight_loads, counters_.weight_words);
      break;
    case Change::kSelected:
      count(counters_.selections, counters_.setting_words);
      break;
    case Change::kInputLoaded:
      count(uncounted, counters_.input_words);
      break;
    case Change::kStarted:
      count(counters_.inferences, uncounted);
      break;
    case Change::kUnloaded:
      count(uncounted, counters_.output_words);
      break;
    case Change::kPoweredOn:
      count(counters_.power_cycles, uncounted);
      break;
    case Change::kWeightsDropped:
    case Change::kPoweredOff:
      break;
  }
  counters_.cycles += cycles;
  if (observer_) observer_({change, key, words, cycles});
}

}  // namespace synergy::accel
