// Whether a store file is whole, found out by reading all of it: time proportional to its size, some 15 s a
// gigabyte.
#pragma once

#include <filesystem>

#include "synergy/base/result.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

/// Checks pages, rows and constraints through a read-only connection of its own: beside an open Database,
/// from another thread where wanted. Fails with kCorrupt when something is damaged, with kUnavailable when
/// `interrupted` said so. What is written meanwhile is not looked at, and the -wal grows until it is done.
/// Indexes are not compared with their tables, which would take several times as long.
[[nodiscard]] Status check_content(const std::filesystem::path& path, const Interrupt& interrupted = {});

}  // namespace synergy::store
