// Runs that were granted to an app which was stopped before they ended. Each still ends once.
//
// A stopped app starts nothing more, but what it has started may still come through: subscribers see that
// result, so it is recorded as completed. A run that can not come through any more is recorded as failed.
//
// Pure: times come in as arguments (host time).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/frame.hpp"

namespace synergy::dispatcher {

/// When the executors have forgotten a run, its result may still be on its way: it is waited for so long.
inline constexpr Duration kLateResult = std::chrono::seconds(1);

class EndingRuns {
 public:
  struct Run {
    std::uint32_t attempts = 0;
    std::uint64_t plan_id = 0;
    MonotonicTime until{};                     ///< then it counts as failed
    std::set<DeviceId> targets;                ///< devices that may still tell its result; empty: any
    bool forgotten = false;                    ///< nobody works on it any more
    std::optional<schemas::FrameRef> frame{};  ///< that it is of
  };
  using Key = std::pair<AppId, std::uint64_t>;

  void add(const AppId& app, std::uint64_t run, Run what);
  /// The run's end is known: it is taken out. Empty: there is no such run.
  std::optional<Run> take(const AppId& app, std::uint64_t run);
  /// nullptr: there is no such run.
  [[nodiscard]] const Run* find(const AppId& app, std::uint64_t run) const;

  /// These devices have begun another plan, or are gone: they tell no result of earlier runs any more.
  void forgotten_by(const std::set<DeviceId>& devices, MonotonicTime now);
  /// Takes out the runs whose time is over.
  std::vector<std::pair<Key, Run>> over(MonotonicTime now);
  /// When over() may next have something to tell.
  [[nodiscard]] MonotonicTime next_end() const;

  [[nodiscard]] bool has(const AppId& app) const;
  /// Runs that somebody may still be working on.
  [[nodiscard]] std::size_t under_way() const;

 private:
  std::map<Key, Run> runs_;
};

}  // namespace synergy::dispatcher
