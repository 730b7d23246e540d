// What the logs tell of the last minutes: who was started again, what ended them, and what the clock did.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/doctor/finding.hpp"
#include "synergy/logs/entry.hpp"

namespace synergy::doctor {

/// What became of a process, by supervisord's words in the logs of this life.
struct Fate {
  std::vector<UnixTime> exits;  ///< when it ended by itself, or was killed
  std::string last_exit;        ///< in supervisord's words: `exit status 5; not expected`
  std::string last_error;       ///< what the process itself said last at level error
  bool left = false;            ///< it was stopped on purpose (mesh leave), and not started since
};

struct Past {
  std::map<std::string, Fate> fates;  ///< by process
  UnixTime newest{};                  ///< of all lines
  Duration set_back{0};     ///< by how much the clock was behind an earlier line of the same process, at most
  std::string set_back_in;  ///< the process that wrote those lines
};

/// Takes in the lines of all processes, in the order of their logs.
class PastReader {
 public:
  void hear(const logs::Entry& entry);
  [[nodiscard]] Past past() && { return std::move(past_); }

 private:
  void hear_supervisor(const LogLine& line);

  Past past_;
  std::map<std::string, UnixTime> last_;
};

/// Of the logs of this life.
[[nodiscard]] Past read_past(const std::filesystem::path& run_folder, const Clock& clock);

/// Exits within this time count.
inline constexpr Duration kRecently = std::chrono::minutes(10);
/// So many of one process mean that it can not live.
inline constexpr std::size_t kAgainAndAgain = 5;
[[nodiscard]] std::vector<Finding> judge_restarts(const Past& past, UnixTime now);

/// A clock that was set back, or that lines are ahead of, by more than this.
inline constexpr Duration kJump = std::chrono::seconds(1);
[[nodiscard]] Finding judge_clock(const Past& past, UnixTime now);

}  // namespace synergy::doctor
