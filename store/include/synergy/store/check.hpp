// Whether a store file is whole, found out by reading all of it: time proportional to its size, some 30 s a
// gigabyte. Pages, keys and constraints are SQLite's to judge; that a value is the one that was written, the
// checksum in each row says.
//
// What a reader gets wrong: rows that were written before rows had checksums can be read and can not be
// checked. The report counts them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

/// One thing that is damaged.
struct Damage {
  std::string table;  ///< empty: of the file itself
  std::string row;    ///< as a person calls it; empty: not one row only
  std::string problem;
  std::string advice;  ///< what to do

  static void fields(auto& f) {
    using D = Damage;
    f.required("table", &D::table, "the table; empty: the file itself");
    f.required("row", &D::row, "its key; empty: not one row only");
    f.required("problem", &D::problem, "what is wrong");
    f.required("advice", &D::advice, "what to do");
  }
};

/// Findings listed for one table, and for SQLite's own check. Further ones are counted, not listed.
inline constexpr std::size_t kMostDamageListed = 100;

struct CheckReport {
  std::string file;
  std::uint64_t schema_version = 0;
  std::uint64_t rows = 0;              ///< that were read
  std::uint64_t without_checksum = 0;  ///< of these
  std::uint64_t damages = 0;           ///< 0: the file is whole, as far as checksums tell
  std::vector<Damage> damaged;

  static void fields(auto& f) {
    using R = CheckReport;
    f.required("file", &R::file, "the file");
    f.required("schema_version", &R::schema_version, "of the file");
    f.required("rows", &R::rows, "that were read");
    f.required("without_checksum", &R::without_checksum, "rows written before rows had checksums");
    f.required("damages", &R::damages, "how much is damaged");
    f.required("damaged", &R::damaged, "what is damaged, 100 of each table at most");
  }
};

/// Checks pages, constraints, schema, references and checksums through a read-only connection of its own:
/// beside an open Database, from another thread where wanted, or while no program has the file open; then not
/// even a -wal or -shm is made. What is written meanwhile may or may not be looked at. The indexes of
/// large tables are not compared with their tables, which would take several times as long.
/// Damage is told in the report and is no failure. Fails as Database::open where the file is no store file,
/// with kNotFound where there is no file, and with kUnavailable where `interrupted` ended the check.
[[nodiscard]] Result<CheckReport> check_file(const std::filesystem::path& path,
                                             const Interrupt& interrupted = {});

/// The same in one word, for Database::checked(). Fails with kCorrupt when something is damaged.
[[nodiscard]] Status check_content(const std::filesystem::path& path, const Interrupt& interrupted = {});

}  // namespace synergy::store
