// The book of one app's runs: which are to be started, which are under way, which have ended.
//
// A run is started in order of its number; one that failed is started again before new ones. Every run ends
// once: with the first result that arrives for it, whatever attempt it came from, or as failed when its time
// is up.
//
// Pure: times come in as arguments (host time, for patience; model time travels with the grants).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/schemas/app.hpp"

namespace synergy::dispatcher {

/// A run that has not come through is repeated for so long, then reported failed.
inline constexpr Duration kGiveUpAfter = std::chrono::seconds(60);
/// So many runs of an app may be open: started and not ended. It bounds them where every attempt fails.
inline constexpr std::size_t kMostOpenRuns = 1024;
/// After an attempt failed, the next one waits so long: whoever failed may be starting again.
inline constexpr Duration kRetryPause = std::chrono::milliseconds(300);

class RunBook {
 public:
  /// `runs` = 0: without end.
  RunBook(std::uint64_t first_run, std::uint64_t runs) : first_(first_run), runs_(runs), next_(first_run) {}

  /// Goes on after a restart. Of the runs below `next_run` those in `open` have not ended, and are started
  /// first. The others have ended: `failed` of them as failed, the rest with a result.
  void resume(std::uint64_t next_run, const std::vector<std::uint64_t>& open, std::uint64_t failed);

  struct Start {
    std::uint64_t run = 0;
    std::uint32_t attempt = 1;
    bool operator==(const Start&) const = default;
  };
  /// The next run to start, if fewer than `depth` are under way and fewer than kMostOpenRuns have not ended.
  /// It is under way from here on, with `patience` until the attempt counts as failed. Without `may_begin`
  /// only a run that has begun before is started: the next one's input is not there.
  std::optional<Start> start_next(std::uint32_t depth, MonotonicTime now, Duration patience,
                                  bool may_begin = true);

  /// Whether start_next() would start one, if the depth allowed.
  [[nodiscard]] bool has_next(MonotonicTime now, bool may_begin = true) const;

  /// The next run ends as failed, and never begins; its number. Not bounded by the runs that were asked for.
  std::uint64_t fail_next();

  enum class Ending { kCounted, kRepeated };
  /// A result arrived. kRepeated: the run had ended already, or was never started.
  Ending complete(std::uint64_t run);

  /// An attempt failed; false when it is not the present one. `why`: what GivenUp says if no later attempt
  /// comes through.
  bool fail_attempt(std::uint64_t run, std::uint32_t attempt, MonotonicTime now, const std::string& why = {});
  /// All attempts under way count as failed: the executors forgot them.
  void fail_all(MonotonicTime now, const std::string& why = {});

  /// Attempts whose patience is over, as failed attempts; and of runs repeated for too long: ended as failed.
  struct GivenUp {
    std::uint64_t run = 0;
    std::uint32_t attempts = 0;
    std::string why;  ///< why the last attempt failed, where that is known
  };
  std::vector<GivenUp> check_time(MonotonicTime now);

  /// Runs that were started and have not ended.
  struct Open {
    std::uint64_t run = 0;
    std::uint32_t attempts = 0;  ///< begun since the dispatcher started
    MonotonicTime until{};       ///< the end of the attempt's patience; `now` where none is under way
  };
  [[nodiscard]] std::vector<Open> open_runs(MonotonicTime now) const;

  [[nodiscard]] std::uint32_t attempts_of(std::uint64_t run) const;
  [[nodiscard]] bool under_way(std::uint64_t run) const;
  [[nodiscard]] std::size_t under_way() const { return under_way_.size(); }
  [[nodiscard]] std::uint64_t next_run() const { return next_; }
  [[nodiscard]] std::uint64_t completed() const { return completed_; }
  [[nodiscard]] std::uint64_t failed() const { return failed_; }
  /// Every run asked for has ended.
  [[nodiscard]] bool finished() const { return runs_ != 0 && completed_ + failed_ >= runs_; }
  /// When check_time() or start_next() may next have something to do although nothing arrived.
  [[nodiscard]] MonotonicTime next_event(MonotonicTime now) const;

 private:
  struct Attempt {
    std::uint32_t number = 1;
    MonotonicTime first_start{};
    MonotonicTime until{};  ///< under way: the end of its patience; waiting: its earliest start
    std::string why{};      ///< why the attempt before failed
  };
  std::uint64_t first_, runs_, next_;
  std::map<std::uint64_t, Attempt> under_way_, waiting_;
  std::set<std::uint64_t> open_;  ///< to be started again after a restart
  std::uint64_t completed_ = 0, failed_ = 0;
};

}  // namespace synergy::dispatcher
