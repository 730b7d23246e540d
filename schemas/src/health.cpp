#include "synergy/schemas/health.hpp"

#include "checks.hpp"
#include "synergy/schemas/envelope.hpp"

namespace synergy::schemas {

Status Health::check() const {
  for (const auto& [name, count] : counters)
    if (auto status = check_text("a counter's name", name, kMaxNameBytes); !status) return status;
  return first_of(check_text("the process's name", process, kMaxProcessNameBytes),
                  check_at_most("the length of the note", note.size(), kMaxNoteBytes),
                  check_at_most("the number of counters", counters.size(), kMaxCounters));
}

Status Envelope::check() const {
  return first_of(check_text("'schema'", schema, kMaxNameBytes),
                  check_text("'sender'", sender, kMaxSenderBytes),
                  check_at_most("the length of 'request_id'", request_id.size(), kMaxRequestIdBytes));
}

}  // namespace synergy::schemas
