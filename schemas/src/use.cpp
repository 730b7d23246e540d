#include "synergy/schemas/use.hpp"

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status UnitUse::check() const {
  return first_of(check_name("device", device.text()), check_amount("'busy'", busy, 1));
}

Status PipelineUse::check() const {
  return first_of(check_name("app", app.text()), check_amount("'runs_per_second'", runs_per_second),
                  check_amount("'runs_per_host_second'", runs_per_host_second),
                  check_amount("'latency_p50_us'", latency_p50_us),
                  check_amount("'latency_p95_us'", latency_p95_us),
                  check_amount("'latency_p99_us'", latency_p99_us), check_amount("'lag_p50_us'", lag_p50_us),
                  check_amount("'lag_p99_us'", lag_p99_us), check_amount("'energy_uj'", energy_uj));
}

Status ProcessUse::check() const {
  return first_of(check_text("the process's name", process, kMaxProcessNameBytes),
                  check_amount("'lag_p99_us'", lag_p99_us));
}

Status MeshUse::check() const {
  return first_of(check_duration("'window_ns'", window),
                  check_amount("'time_scale'", time_scale, kMaxTimeScale),
                  check_amount("'rounds_per_second'", rounds_per_second),
                  check_amount("'predicted_rounds_per_second'", predicted_rounds_per_second),
                  check_amount("'lag_p99_us'", lag_p99_us));
}

template const StructInfo& describe<UnitUse>();
template const StructInfo& describe<PipelineUse>();
template const StructInfo& describe<BusUse>();
template const StructInfo& describe<ProcessUse>();
template const StructInfo& describe<MeshUse>();

}  // namespace synergy::schemas
