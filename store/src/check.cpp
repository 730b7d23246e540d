#include "synergy/store/check.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "inspection.hpp"
#include "migrations.hpp"
#include "row_crc.hpp"
#include "sqlite.hpp"

namespace synergy::store {
namespace {

constexpr auto kFileAdvice =
    "stop the mesh; save what can be read (sqlite3 FILE .recover), and put a copy of the file in its place, "
    "or move "
    "it away with its -wal and -shm: the mesh then starts with an empty store";
constexpr auto kRowAdvice =
    "do not rely on this row; stop the mesh and put a copy of the file in its place, or move it away with "
    "its -wal "
    "and -shm: the mesh then starts with an empty store";

/// Small tables with indexes, which quick_check does not compare with their tables.
constexpr const char* kIndexed[] = {"body_devices", "app_numbers", "run_ways"};

constexpr auto kObjects =
    "SELECT type || ' ' || name, tbl_name || ' ' || ifnull(sql, '') FROM sqlite_schema ORDER BY 1";

using Objects = std::vector<std::pair<std::string, std::string>>;

Objects objects_of(SQLite::Database& sqlite) {
  Objects objects;
  SQLite::Statement rows(sqlite, kObjects);
  while (rows.executeStep()) {
    auto& [name, text] = objects.emplace_back();
    RowReader(rows).into(name, text);
  }
  return objects;
}

/// Collects what is found. Borrows the connection.
class Checker {
 public:
  Checker(SQLite::Database& sqlite, CheckReport& report) : sqlite_(sqlite), report_(report) {}

  void check() {
    for_table("", [&] { check_pages(); });
    for_table("", [&] { check_schema(); });
    for (const auto& table : kCheckedTables)
      if (exists(table.name)) for_table(table.name, [&] { check_rows(table); });
    for (const char* earlier : {"runs", "runs_before_5"})
      if (is_table(earlier)) for_table(earlier, [&] { count_unchecked(earlier); });
    for_table("", [&] { check_references(); });
    for (const char* table : kIndexed)
      if (exists(table)) for_table(table, [&] { check_indexes(table); });
  }

 private:
  /// Damage may be so bad that SQLite reads no further: that is a finding, and the next table's turn.
  template <class Work>
  void for_table(std::string_view table, Work&& work) {
    try {
      work();
    } catch (const SQLite::Exception& exception) {
      const int kind = exception.getErrorCode() & 0xff;
      if (kind != SQLITE_CORRUPT && kind != SQLITE_NOTADB && kind != SQLITE_ERROR && kind != SQLITE_FORMAT)
        throw;
      add({std::string(table), "", exception.what(), kFileAdvice});
    }
  }

  void add(Damage damage) {
    ++report_.damages;
    const auto same = std::count_if(report_.damaged.begin(), report_.damaged.end(),
                                    [&](const Damage& other) { return other.table == damage.table; });
    if (std::size_t(same) < kMostDamageListed) report_.damaged.push_back(std::move(damage));
  }

  void check_pages() {
    SQLite::Statement lines(sqlite_, "PRAGMA quick_check(" + std::to_string(kMostDamageListed) + ")");
    add_lines(lines, "");
  }

  void check_indexes(const std::string& table) {
    SQLite::Statement lines(sqlite_, "PRAGMA integrity_check('" + table + "')");
    add_lines(lines, table);
  }

  void add_lines(SQLite::Statement& lines, const std::string& table) {
    while (lines.executeStep())
      if (const auto line = lines.getColumn(0).getString(); line != "ok") add({table, "", line, kFileAdvice});
  }

  /// Every table, index and view is the one that the migrations make; others may stand beside them.
  void check_schema() {
    SQLite::Database expected(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    add_row_crc(expected);
    migrate(expected, 0, int(report_.schema_version));
    const auto found = objects_of(sqlite_);
    for (const auto& object : objects_of(expected))
      if (std::find(found.begin(), found.end(), object) == found.end())
        add({"sqlite_schema", object.first, "is missing, or is not what the store's migrations made",
             kFileAdvice});
  }

  void check_rows(const CheckedTable& table) {
    const std::string name(table.name);
    const auto shown = name == kRunRows.name ? std::string("runs") : name;
    if (!has_checksums(name)) return count_unchecked(name);
    SQLite::Statement count(sqlite_, "SELECT count(*), count(*) - count(crc) FROM " + name);
    std::uint64_t rows = 0, without = 0;
    count.executeStep();
    RowReader(count).into(rows, without);
    report_.rows += rows;
    report_.without_checksum += without;
    const auto columns = columns_there(table);
    SQLite::Statement damaged(sqlite_, "SELECT " + std::string(table.key) + " FROM " + name +
                                           " AS row_ WHERE NOT " +
                                           whole_sql({table.name, table.key, columns}, "row_"));
    while (damaged.executeStep())
      add({shown, damaged.getColumn(0).getString(), "is not as it was written: its checksum differs",
           kRowAdvice});
  }

  void count_unchecked(const std::string& table) {
    const auto rows = std::uint64_t(sqlite_.execAndGet("SELECT count(*) FROM " + table).getInt64());
    report_.rows += rows;
    report_.without_checksum += rows;
  }

  void check_references() {
    SQLite::Statement rows(sqlite_, R"(
SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY "table", parent ORDER BY "table", parent)");
    while (rows.executeStep())
      add({rows.getColumn(0).getString(), "",
           rows.getColumn(2).getString() + " rows name a row of " + rows.getColumn(1).getString() +
               " that is not there",
           kFileAdvice});
  }

  /// The columns that a checksum of the file is of: an earlier version's rows have fewer.
  std::string columns_there(const CheckedTable& table) {
    SQLite::Statement names(sqlite_, "SELECT name FROM pragma_table_info(?1)");
    bind_all(names, std::string(table.name));
    std::set<std::string> there;
    while (names.executeStep()) there.insert(names.getColumn(0).getString());
    std::string columns;
    for (std::size_t begin = 0; begin < table.columns.size();) {
      const auto end = std::min(table.columns.find(", ", begin), table.columns.size());
      const auto column = std::string(table.columns.substr(begin, end - begin));
      if (there.contains(column)) columns += (columns.empty() ? "" : ", ") + column;
      begin = end + 2;
    }
    return columns;
  }

  bool exists(std::string_view name) { return count_of("name = ?1", name) > 0; }
  bool is_table(std::string_view name) { return count_of("type = 'table' AND name = ?1", name) > 0; }
  int count_of(const std::string& which, std::string_view name) {
    SQLite::Statement count(sqlite_, "SELECT count(*) FROM sqlite_schema WHERE " + which);
    bind_all(count, std::string(name));
    return count.executeStep() ? count.getColumn(0).getInt() : 0;
  }
  bool has_checksums(const std::string& table) {
    SQLite::Statement count(sqlite_, "SELECT count(*) FROM pragma_table_info(?1) WHERE name = 'crc'");
    bind_all(count, table);
    return count.executeStep() && count.getColumn(0).getInt() > 0;
  }

  SQLite::Database& sqlite_;
  CheckReport& report_;
};

/// What a URI may not hold as it is.
std::string uri_of(const std::filesystem::path& path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string text = "file:";
  for (const char c : std::filesystem::absolute(path).string()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '-' || c == '_';
    if (plain)
      text += c;
    else
      (text += '%', text += kHex[byte >> 4], text += kHex[byte & 15]);
  }
  return text;
}

/// Whether nobody has the file open, and nobody was killed while he had: all that is kept is in the file
/// itself.
struct Rest {
  bool at_rest = false;
  std::filesystem::file_time_type changed{};

  static Rest of(const std::filesystem::path& path) {
    std::error_code none;
    const auto log = std::filesystem::file_size(path.string() + "-wal", none);
    const bool empty = bool(none) || log == 0;
    return {empty, std::filesystem::last_write_time(path, none)};
  }
  bool operator==(const Rest&) const = default;
};

Result<CheckReport> checked(const std::filesystem::path& path, const Interrupt& interrupted, bool at_rest) {
  return guarded(path, [&]() -> Result<CheckReport> {
    // A file at rest is read without a lock, which would take a -wal and a -shm beside it.
    SQLite::Database sqlite(at_rest ? uri_of(path) + "?immutable=1" : path.string(),
                            SQLite::OPEN_READONLY | (at_rest ? SQLite::OPEN_URI : 0));
    const Interruptible while_reading(sqlite, interrupted);
    add_row_crc(sqlite);
    const auto version = version_of(sqlite, path);
    if (!version) return version.error();
    CheckReport report;
    report.file = path.string();
    report.schema_version = std::uint64_t(*version);
    if (*version > 0) Checker(sqlite, report).check();
    return report;
  });
}

}  // namespace

Result<CheckReport> check_file(const std::filesystem::path& path, const Interrupt& interrupted) {
  if (auto status = check_plain_files(path); !status) return status.error();
  std::error_code none;
  if (!std::filesystem::exists(path, none))
    return Error{ErrorCode::kNotFound, path.string() + ": there is no such file; name the mesh's store file"};
  const auto before = Rest::of(path);
  auto report = checked(path, interrupted, before.at_rest);
  // The file was at rest when the check began. If it has changed, a mesh was started meanwhile and wrote to
  // it: the check is made again, as of a file in use.
  if (before.at_rest && Rest::of(path) != before) report = checked(path, interrupted, false);
  return report;
}

Status check_content(const std::filesystem::path& path, const Interrupt& interrupted) {
  const auto report = check_file(path, interrupted);
  if (!report) return report.error();
  if (report->damages == 0) return {};
  const auto& first = report->damaged.front();
  std::string what = first.table + (first.row.empty() ? ": " : " " + first.row + " ") + first.problem;
  if (first.table.empty()) what = first.problem;
  if (report->damages > 1) what += "; and " + std::to_string(report->damages - 1) + " more";
  return damaged(path, what + " ('synergy store check' lists it)");
}

}  // namespace synergy::store
