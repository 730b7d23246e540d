// The store's process: one SQLite file on the bus.
#pragma once

#include <filesystem>
#include <optional>

#include "synergy/runtime/context.hpp"

namespace synergy::store_adapter {

/// How often to look whether the file is at its place and its disk has room.
inline constexpr Duration kLookAtFile = std::chrono::milliseconds(250);

/// How often old runs are looked for, where runs are not kept for ever.
inline constexpr Duration kThinEvery = std::chrono::seconds(1);

/// Opens the database `file`, or makes it, and answers every command of schemas/store.hpp. A file that was
/// not closed in order is read as a whole, beside serving. Fails at once as store::Database::open(), but ends
/// in order where a signal to stop comes meanwhile; else returns when the loop ends, with its status.
/// `keep`: runs that were recorded longer ago are kept by hour (store/retention.hpp); nothing: all runs stay.
Status run(runtime::Context& context, const std::filesystem::path& file, std::optional<Duration> keep = {});

}  // namespace synergy::store_adapter
