// The library's side of SQLite: the connection, values in and out of statements, and the one place where
// SQLite's exceptions become Errors. Nothing of this is visible outside store/src.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "file_lock.hpp"
#include "file_watch.hpp"
#include "inspection.hpp"
#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

struct Connection {
  std::filesystem::path path;
  FileLock lock;  ///< before `sqlite`, so that it is released last
  SQLite::Database sqlite;
  FileWatch watch;
  std::optional<Error> damage;  ///< that was found in the file
  bool marked = false;          ///< as in use; where the disk was full, the next transaction does it
  std::map<std::string, SQLite::Statement, std::less<>> statements;  ///< by their SQL; of Prepared

  [[nodiscard]] Status may_write() const { return damage ? Status(*damage) : watch.check(); }
};

/// A statement that is compiled once for a connection and used for every command: that is most of the time
/// that a small command takes. Borrows the connection; one at a time for each text.
class Prepared {
 public:
  Prepared(Connection& connection, std::string_view sql) : statement_(found(connection, sql)) {}
  /// A statement in the middle of its rows would keep the file's log from being written back.
  ~Prepared() { statement_.tryReset(); }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  SQLite::Statement& operator*() { return statement_; }
  SQLite::Statement* operator->() { return &statement_; }

 private:
  static SQLite::Statement& found(Connection& connection, std::string_view sql) {
    const auto known = connection.statements.find(sql);
    if (known != connection.statements.end()) return known->second;
    const std::string text(sql);
    return connection.statements.emplace(text, SQLite::Statement(connection.sqlite, text)).first->second;
  }

  SQLite::Statement& statement_;
};

/// While it lives, `sqlite` asks every few thousand steps whether to end what it is at; that then fails with
/// kUnavailable. Borrows both.
class Interruptible {
 public:
  Interruptible(SQLite::Database& sqlite, const Interrupt& interrupted);
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

 private:
  SQLite::Database& sqlite_;
};

/// Why a statement can not be run or a row not be read, found by us and not by SQLite; travels to guarded().
struct Refusal {
  Error error;
};

/// A row whose checksum does not fit; travels to guarded(), which knows the file.
struct DamagedRow {
  std::string what;  ///< that a person calls it
};

/// For a row that was read: refuses one whose checksum does not fit (whole_sql). `what` is what a person
/// calls it.
inline void require_whole(bool whole, const std::string& what) {
  if (!whole) throw DamagedRow{what};
}

[[nodiscard]] Error to_error(const SQLite::Exception& exception, const std::filesystem::path& path);

/// Runs `work`, which may throw what SQLite throws, and returns its Result. Every public function that
/// touches SQLite is made of this.
template <class Work>
auto guarded(const std::filesystem::path& path, Work&& work) -> std::invoke_result_t<Work> {
  try {
    return work();
  } catch (const SQLite::Exception& exception) {
    return to_error(exception, path);
  } catch (const Refusal& refusal) {
    return refusal.error;
  } catch (const DamagedRow& row) {
    return damaged(path, row.what + " is not as it was written ('synergy store check' lists all such rows)");
  }
}

/// The same for the work on an open database: where that finds damage, nothing is stored from here on.
template <class Work>
auto guarded(Database& database, Work&& work) -> std::invoke_result_t<Work> {
  auto result = guarded(database.connection().path, std::forward<Work>(work));
  if (!result && result.error().code == ErrorCode::kCorrupt) database.checked(result.error());
  return result;
}

inline void bind_value(SQLite::Statement& to, int at, const std::string& value) { to.bind(at, value); }
inline void bind_value(SQLite::Statement& to, int at, double value) { to.bind(at, value); }
inline void bind_value(SQLite::Statement& to, int at, Duration value) {
  to.bind(at, std::int64_t(value.count()));
}
void bind_value(SQLite::Statement& to, int at, const schemas::Bytes& value);
/// Refuses what does not fit the 63 bits of an SQLite integer.
void bind_value(SQLite::Statement& to, int at, std::uint64_t value);

template <class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, std::uint64_t>) void bind_value(SQLite::Statement& to,
                                                                                     int at, T value) {
  to.bind(at, std::int64_t(value));
}
template <class TimePoint>
requires requires { typename TimePoint::clock; }
void bind_value(SQLite::Statement& to, int at, TimePoint value) {
  bind_value(to, at, value.time_since_epoch());
}
template <schemas::NamedEnum E>
void bind_value(SQLite::Statement& to, int at, E value) {
  bind_value(to, at, std::string(name_of(value)));
}
/// Nothing is kept as empty text.
template <schemas::NamedEnum E>
void bind_value(SQLite::Statement& to, int at, const std::optional<E>& value) {
  bind_value(to, at, value ? std::string(name_of(*value)) : std::string());
}
template <class Tag>
void bind_value(SQLite::Statement& to, int at, const StrongId<Tag>& value) {
  bind_value(to, at, value.text());
}

template <class... Values>
void bind_all(SQLite::Statement& statement, const Values&... values) {
  int at = 0;
  (bind_value(statement, ++at, values), ...);
}

/// Runs a statement that returns no rows, again and again where wanted; how many rows it changed.
template <class... Values>
int execute(SQLite::Statement& statement, const Values&... values) {
  statement.reset();
  bind_all(statement, values...);
  return statement.exec();
}

/// Reads the columns of a statement's current row from left to right.
class RowReader {
 public:
  explicit RowReader(SQLite::Statement& statement) : statement_(statement) {}

  template <class... Values>
  void into(Values&... values) {
    (read(values), ...);
  }

 private:
  SQLite::Column next() { return statement_.getColumn(at_++); }
  [[noreturn]] void refuse_name(const std::string& name) const;

  void read(std::string& value) { value = next().getString(); }
  void read(double& value) { value = next().getDouble(); }
  void read(schemas::Bytes& value);
  template <class T>
  requires(std::is_integral_v<T>) void read(T& value) { value = T(next().getInt64()); }
  template <class TimePoint>
  requires requires { typename TimePoint::clock; }
  void read(TimePoint& value) { value = TimePoint{Duration(next().getInt64())}; }
  template <class Tag>
  void read(StrongId<Tag>& value) {
    value = StrongId<Tag>(next().getString());
  }
  template <schemas::NamedEnum E>
  void read(E& value) {
    value = named<E>(next().getString());
  }
  template <schemas::NamedEnum E>
  void read(std::optional<E>& value) {
    value.reset();
    if (const auto found = next().getString(); !found.empty()) value = named<E>(found);
  }
  template <schemas::NamedEnum E>
  [[nodiscard]] E named(const std::string& found) const {
    for (const auto& [candidate, name] : schemas::kEnumNames<E>)
      if (name == found) return candidate;
    refuse_name(found);
  }

  SQLite::Statement& statement_;
  int at_ = 0;
};

}  // namespace synergy::store
