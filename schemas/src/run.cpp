#include "synergy/schemas/run.hpp"

#include "checks.hpp"
#include "synergy/schemas/accelerator.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status RunKey::check() const {
  if (attempt == 0) return wrong("attempts count from 1");
  return first_of(check_name("app", app.text()), check_at_most("'run'", run, kMaxRunNumber));
}

Status RunState::check() const {
  for (const auto& device : devices)
    if (auto status = check_name("device", device.text()); !status) return status;
  return first_of(check_at_most("'plan_id'", plan_id, kMaxRunNumber),
                  check_at_most("'turn'", turn, kMaxRunNumber), check_time("'began_ns'", began),
                  check_amount("'energy_uj'", energy_uj),
                  check_at_most("the number of devices crossed", devices.size(), kMaxDevices));
}

Status RunGrant::check() const {
  return first_of(check_at_most("'turn'", turn, kMaxRunNumber), check_time("'not_before_ns'", not_before));
}

Status RunSkip::check() const {
  return first_of(check_name("app", app.text()), check_at_most("'first_turn'", first_turn, kMaxRunNumber),
                  check_at_most("'turns'", turns, kMaxTurnsSkipped));
}

Status TensorSent::check() const {
  return first_of(check_name("device", from.text()), check_time("'ready_ns'", ready));
}

Status TensorTaken::check() const { return check_interval(begin, end); }

Status RunResult::check() const { return check_interval(run.began, ended); }

Status AcceleratorDone::check() const {
  return first_of(check_interval(begin, end), check_amount("'energy_uj'", energy_uj));
}

Status AcceleratorDo::check() const {
  if (chunk.last_layer < chunk.first_layer) return wrong("the chunk's last layer is before its first");
  return check_time("'begin_ns'", begin);
}

template const StructInfo& describe<RunKey>();
template const StructInfo& describe<RunState>();
template const StructInfo& describe<RunGrant>();
template const StructInfo& describe<RunSkip>();
template const StructInfo& describe<TensorSent>();
template const StructInfo& describe<TensorTaken>();
template const StructInfo& describe<RunResult>();
template const StructInfo& describe<RunFailed>();

}  // namespace synergy::schemas
