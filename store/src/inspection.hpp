// Looks at a file before anything is allowed to change it.
#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <string>

#include "synergy/base/result.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

struct Inspection {
  int version = 0;          ///< of the schema; 0: the file is not there, or empty
  bool ended_well = false;  ///< whoever had it open last closed it, and knew it to be whole
};

/// Looks at the store file at `path`. Reads only, and no more than its first pages. The errors are those of
/// Database::open.
[[nodiscard]] Result<Inspection> inspect(const std::filesystem::path& path, const Interrupt& interrupted);

/// The version of its schema; 0: it is empty. The errors are those of Database::open. May throw
/// SQLite::Exception.
[[nodiscard]] Result<int> version_of(SQLite::Database& sqlite, const std::filesystem::path& path);

/// What a person is told of a file that is damaged.
[[nodiscard]] Error damaged(const std::filesystem::path& path, const std::string& what);

/// Values of SQLite's `user_version`, which is kept in the file's header. 0: a program wrote it that did not
/// say.
inline constexpr int kInUse = 1, kEndedWell = 2;

}  // namespace synergy::store
