// Which of an app's runs a report looks at, and how they are found among a million without reading them all.
//
// Pure: the store is asked through a function. What makes the search possible is that runs are numbered in
// the order in which they were started. So the time of a run's record and the number of its plan grow with
// its number. Only runs that were under way together may be out of order: the search steps back by as many,
// and compares each run that it reads.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::client {

/// So many runs are looked at without `--last`: a report takes as long for an app of a million.
inline constexpr std::uint64_t kUsualRuns = 10'000;
inline constexpr std::uint64_t kMostRuns = 100'000;
/// Runs read in search of those that crossed a device; older ones are left out (SelectedRuns::cut).
inline constexpr std::uint64_t kMostRunsRead = 200'000;

/// The most runs of an app that are under way together. Their records may come in any order.
inline constexpr std::uint64_t kRunsUnderWay = 1024;

struct RunSelection {
  std::uint64_t first_run = 0;        ///< none before this one
  std::optional<UnixTime> since;      ///< recorded then or later
  std::optional<UnixTime> until;      ///< recorded before
  std::optional<DeviceId> device;     ///< that crossed it
  std::optional<std::uint64_t> plan;  ///< that came through, or failed, under this plan
  std::optional<std::uint64_t> last;  ///< at most so many, the newest; kUsualRuns where nobody said
};

struct SelectedRuns {
  std::vector<schemas::RunRecord> runs;  ///< by number
  bool cut = false;                      ///< there are older ones, which the bound leaves out
};

/// Kept runs from a number on, by number, at most so many; fewer only where no more are kept.
using ReadRuns =
    std::function<Result<std::vector<schemas::RunRecord>>(std::uint64_t first_run, std::uint32_t limit)>;

/// `next_run`: the number of the next run to start (AppStatus). Reads at most some thousand runs more than it
/// returns, or kMostRunsRead where a device is asked for, in a number of questions that grows with the
/// logarithm of the number of runs. Fails as `read` does.
[[nodiscard]] Result<SelectedRuns> select_runs(const ReadRuns& read, std::uint64_t next_run,
                                               const RunSelection& selection);

}  // namespace synergy::client
