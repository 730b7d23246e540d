#include "synergy/schemas/app.hpp"

#include <algorithm>

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status Requirement::check() const {
  if (auto status = check_text("'needs'", needs, kMaxNameBytes); !status) return status;
  return on.empty() ? Status() : check_name("device", on.text());
}

Status AppRequest::check() const {
  if (rate > 0 && rate < kMinRate)
    return wrong("'rate' must be 0 or from " + number_text(kMinRate) + " on; it is " + number_text(rate));
  return first_of(check_name("'app' is", app.text()), check_name("'model' is", model.text()),
                  check_at_most("'runs'", runs, kMaxRuns), check_amount("'rate'", rate, kMaxRate),
                  check_amount("'min_rate'", min_rate, kMaxRate), check_amount("'deadline_us'", deadline_us));
}

Status AppStatus::check() const {
  const auto started = next_run - std::min(next_run, first_run);
  const auto ended = std::min(started, completed) + std::min(started, failed);
  return first_of(check_at_most("the number of runs that have not ended", started - std::min(started, ended),
                                kMaxOpenRuns),
                  check_at_most("'first_run'", first_run, kMaxRunNumber),
                  check_at_most("'next_run'", next_run, kMaxRunNumber),
                  check_at_most("'completed'", completed, kMaxRunNumber),
                  check_at_most("'failed'", failed, kMaxRunNumber));
}

template const StructInfo& describe<Requirement>();
template const StructInfo& describe<AppRequest>();
template const StructInfo& describe<AppStatus>();
template const StructInfo& describe<AppSet>();
template const StructInfo& describe<AppSubmitted>();
template const StructInfo& describe<AppSubmit>();
template const StructInfo& describe<AppStopped>();
template const StructInfo& describe<AppStop>();

}  // namespace synergy::schemas
