// The logs of several processes as one, by time.
//
// Within one log the order of the file stands, whatever its times say. While the logs are followed, a line
// waits for kHold, so that lines of other processes that were written at the same time take their places
// before it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/logs/source.hpp"

namespace synergy::logs {

inline constexpr Duration kHold = std::chrono::milliseconds(300);

/// Whether a person who writes `name` means the log: `executor/ring`, `executor-ring`, all of `executor`, or
/// the two of the device `ring`.
[[nodiscard]] bool is_meant(const std::string& name, const std::string& log);

class Merge {
 public:
  /// Of the processes named; none: of all. Those that begin later are found by look().
  Merge(std::filesystem::path run_folder, std::vector<std::string> names, Lives lives);

  /// Fails with kNotFound where there are no logs, or one of the names means none of them.
  [[nodiscard]] Status check() const;

  /// The next line of all that is there now; nothing: all of it was told.
  std::optional<Entry> next(const Clock& clock);
  /// The same for one who stays: also finds logs that are new, and holds lines back for kHold.
  std::optional<Entry> next_settled(const Clock& clock);
  /// Reads what has come since. To be called now and then, between calls of next_settled().
  void look(const Clock& clock);

 private:
  void add_new(Lives lives);
  [[nodiscard]] Source* earliest();
  static Entry take(Source& source);

  std::filesystem::path run_folder_;
  std::vector<std::string> names_;
  std::set<std::string> known_;
  std::vector<std::unique_ptr<Source>> sources_;
};

}  // namespace synergy::logs
