#include "synergy/executor/residents.hpp"

#include <algorithm>

namespace synergy::executor {

using schemas::AcceleratorAction;

bool Residents::begins(const Chunks& wanted) const {
  return !is_others_ && resident_.size() <= wanted.size() &&
         std::equal(resident_.begin(), resident_.end(), wanted.begin());
}

Residents::Chunks Residents::missing(const Chunks& wanted) const {
  if (!known_ || !begins(wanted)) return {};
  return {wanted.begin() + std::ptrdiff_t(resident_.size()), wanted.end()};
}

void Residents::make_ready(const Chunks& wanted, Done done) {
  auto work = std::make_shared<Work>();
  work->wanted = wanted;
  work->done = std::move(done);
  plan_operations(*work, !known_ || !begins(wanted));
  go_on(work);
}

void Residents::leave_to_switches(Done done) {
  make_ready({}, [this, done = std::move(done)](Result<Duration> emptied) {
    is_others_ = emptied.has_value();
    done(std::move(emptied));
  });
}

void Residents::plan_operations(Work& work, bool from_empty) {
  if (from_empty) {
    resident_.clear();
    is_others_ = false;
  }
  work.operations.clear();
  work.next = 0;
  work.from_empty = from_empty;
  const auto add = [&](AcceleratorAction action, const schemas::ChunkKey& chunk) {
    schemas::AcceleratorDo operation;
    operation.action = action;
    operation.chunk = chunk;
    work.operations.push_back(std::move(operation));
  };
  if (from_empty) add(AcceleratorAction::kPowerCycle, {});
  for (auto chunk = work.wanted.begin() + std::ptrdiff_t(resident_.size()); chunk != work.wanted.end();
       ++chunk)
    add(AcceleratorAction::kLoadWeights, *chunk);
  if (work.wanted.size() == 1) add(AcceleratorAction::kSwitch, work.wanted.front());
}

void Residents::go_on(const std::shared_ptr<Work>& work) {
  if (work->next == work->operations.size()) {
    known_ = true;
    return work->done(work->weight_load);
  }
  auto& operation = work->operations[work->next++];
  operation.begin = now_();
  driver_.perform(operation, [this, work, operation](Result<schemas::AcceleratorDone> done) {
    const bool gaps = !done && done.error().code == ErrorCode::kNoFit && !work->from_empty;
    const bool forgot = !done && done.error().code == ErrorCode::kNotFound && !work->from_empty;
    if (gaps || forgot) {
      plan_operations(*work, true);
      return go_on(work);
    }
    if (!done) {
      known_ = false;
      return work->done(done.error());
    }
    if (operation.action == AcceleratorAction::kLoadWeights) {
      resident_.push_back(operation.chunk);
      work->weight_load += done->end - done->begin;
    }
    go_on(work);
  });
}

}  // namespace synergy::executor
