#include "synergy/schemas/app.hpp"

#include <algorithm>

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status AppRequest::check() const {
  if (rate == 0 || rate >= min_rate) return {};
  return wrong("'rate' is " + number_text(rate) + ", below 'min_rate', which is " + number_text(min_rate) +
               ": raise 'rate', lower 'min_rate', or leave one of them out");
}

Status AppStatus::check() const {
  const auto started = next_run - std::min(next_run, first_run);
  const auto ended = std::min(started, completed) + std::min(started, failed);
  const auto under_way = started - std::min(started, ended);
  if (under_way <= kMaxOpenRuns) return {};
  return wrong("the number of runs that have not ended is " + std::to_string(under_way) + ", at most " +
               std::to_string(kMaxOpenRuns) + " is allowed");
}

template const StructInfo& describe<Requirement>();
template const StructInfo& describe<AppRequest>();
template const StructInfo& describe<AppStatus>();
template const StructInfo& describe<AppSet>();
template const StructInfo& describe<RateChange>();
template const StructInfo& describe<AppSubmitted>();
template const StructInfo& describe<AppSubmit>();
template const StructInfo& describe<AppStopped>();
template const StructInfo& describe<AppStop>();

}  // namespace synergy::schemas
