#include "synergy/schemas/health.hpp"

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status Health::check() const {
  for (const auto& [name, count] : counters)
    if (auto status = check_text("a counter's name", name, kMaxNameBytes); !status) return status;
  return first_of(check_text("the process's name", process, kMaxProcessNameBytes),
                  check_at_most("the length of the note", note.size(), kMaxNoteBytes),
                  check_at_most("the number of counters", counters.size(), kMaxCounters));
}

template const StructInfo& describe<Health>();
template const StructInfo& describe<ServiceList>();
template const StructInfo& describe<BrokerState>();
template const StructInfo& describe<Joined>();
template const StructInfo& describe<Join>();

}  // namespace synergy::schemas
