#include "synergy/schemas/run.hpp"

#include "checks.hpp"
#include "synergy/schemas/accelerator.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status TensorTaken::check() const { return check_interval(begin, end); }

Status RunResult::check() const { return check_interval(run.began, ended); }

Status AcceleratorDone::check() const { return check_interval(begin, end); }

Status AcceleratorDo::check() const {
  if (chunk.last_layer < chunk.first_layer) return wrong("the chunk's last layer is before its first");
  return {};
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
