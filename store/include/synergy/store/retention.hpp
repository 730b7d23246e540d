// Old runs made small: kept by hour instead of one by one. Plans, apps and events are never touched.
//
// What a reader gets wrong: the pages that old runs leave are used for new ones; the file does not get
// smaller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

/// Runs are not thinned that were recorded less long ago: what is under way, or about to be told again, is
/// not touched.
inline constexpr Duration kLeastKept = std::chrono::hours(1);

/// What `--keep` says: kLeastKept to 100 years; empty: nothing, all runs stay. Fails with kInvalid; the
/// message says what to write.
[[nodiscard]] Result<std::optional<Duration>> keep_time(const std::string& text);

/// Adds runs that were recorded before `before` to the figures of their hour (table run_hours) and removes
/// their rows: whole blocks of runs (migration 0010), the oldest first, until `most` runs are done or more.
/// Of an app that runs a block stays in which a run is missing that may still end, and all after it. How many
/// it were: 0 once there is nothing more to do. Belongs inside a Transaction. Fails as a Transaction does,
/// and with kCorrupt for a damaged row.
[[nodiscard]] Result<std::uint64_t> thin_runs(Database& database, UnixTime before, std::uint64_t most);

}  // namespace synergy::store
