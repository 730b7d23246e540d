// Which lines are shown, and how they look.
#pragma once

#include <optional>
#include <string>

#include "synergy/logs/entry.hpp"

namespace synergy::logs {

struct Choice {
  LogLevel least = LogLevel::kDebug;     ///< words without a level pass: they may tell of a crash
  std::optional<UnixTime> since, until;  ///< from then on; before then
  [[nodiscard]] bool has(const Entry& entry) const;
};

/// One line, without its end. A line in our form stands as it is in the file, and supervisord's in ours;
/// before other words stands whose they are: `executor/ring | ==12==ERROR: ...`. What a terminal may obey is
/// written out.
[[nodiscard]] std::string to_text(const Entry& entry);

/// An object of JSON on one line: `time`, `level`, `service`, `event`, `request` where there is one, and
/// `fields`, an object of all others; numbers and truths are such. Of other words: `time`, `service`, `text`.
[[nodiscard]] std::string to_json(const Entry& entry);

}  // namespace synergy::logs
