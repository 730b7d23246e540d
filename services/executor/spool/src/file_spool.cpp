#include "synergy/executor_spool/file_spool.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <chrono>
#include <sstream>
#include <utility>

namespace synergy::executor_spool {
namespace {

using executor::SpooledFrame;
using executor::Takers;

/// Marks the file as a spool ("SySp"), and says of which form.
constexpr int kApplication = 0x53795370, kForm = 2;
constexpr int kBusyTimeoutMs = 2000;

// `data` is NULL once nobody needs it. `place` 0 of `numbers` holds the next sequence number.
constexpr auto kTables = R"(
CREATE TABLE numbers (place INTEGER NOT NULL PRIMARY KEY, next INTEGER NOT NULL) STRICT;
CREATE TABLE takers (sensor TEXT NOT NULL, app TEXT NOT NULL, PRIMARY KEY (sensor, app)) STRICT, WITHOUT ROWID;
CREATE TABLE frames (
  sequence INTEGER NOT NULL PRIMARY KEY,
  sensor   TEXT    NOT NULL,
  id       TEXT    NOT NULL,
  dtype    INTEGER NOT NULL,
  layout   INTEGER NOT NULL,
  shape    TEXT    NOT NULL,  -- `28 28`
  bytes    INTEGER NOT NULL,
  data     BLOB,
  sound_rate INTEGER NOT NULL DEFAULT 0,
  UNIQUE (sensor, id)
) STRICT;
CREATE INDEX frames_of_sensor ON frames (sensor, sequence);
CREATE INDEX contents ON frames (sensor, sequence) WHERE data IS NOT NULL;
CREATE TABLE frame_apps (
  sequence INTEGER NOT NULL REFERENCES frames (sequence) ON DELETE CASCADE,
  app      TEXT    NOT NULL,
  ended    INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  PRIMARY KEY (sequence, app)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_apps ON frame_apps (sequence) WHERE ended = 0;
)";

// From form 1, whose frames are no sound.
constexpr auto kFromForm1 = "ALTER TABLE frames ADD COLUMN sound_rate INTEGER NOT NULL DEFAULT 0";

constexpr auto kOpenAfter = R"(
SELECT f.sequence, f.sensor, f.id FROM frames f
WHERE f.sequence > ?1
  AND (EXISTS (SELECT 1 FROM frame_apps a WHERE a.sequence = f.sequence AND a.ended = 0)
       OR f.sequence = (SELECT max(n.sequence) FROM frames n WHERE n.sensor = f.sensor))
ORDER BY f.sequence LIMIT ?2)";

constexpr auto kWhole =
    "SELECT sensor, id, sequence, dtype, layout, shape, data, sound_rate FROM frames WHERE ";

// A frame's content goes when its last app has ended, unless it is the sensor's newest.
constexpr auto kDropContent = R"(
UPDATE frames SET data = NULL
WHERE data IS NOT NULL AND sensor = ?1 AND sequence < (SELECT max(sequence) FROM frames WHERE sensor = ?1)
  AND NOT EXISTS (SELECT 1 FROM frame_apps a WHERE a.sequence = frames.sequence AND a.ended = 0)
RETURNING bytes)";

/// Ids are forgotten so many frames at a time.
constexpr std::uint64_t kForgetEvery = 1024;
constexpr auto kForgetIds = R"(
DELETE FROM frames
WHERE data IS NULL AND sensor = ?1
  AND sequence < (SELECT sequence FROM frames WHERE sensor = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2))";

Error error_of(const SQLite::Exception& exception, const std::filesystem::path& file) {
  const int kind = exception.getErrorCode() & 0xff;
  const std::string where = file.string() + ": " + exception.what();
  if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB)
    return {ErrorCode::kCorrupt, where +
                                     "; the frames in it are lost: move it away with its -wal and -shm, "
                                     "and feed again what had no answer"};
  return {ErrorCode::kEnvironment, where + "; see to it that there is room, and that this user may write it"};
}

std::string text_of(const schemas::Axes& shape) {
  std::string text;
  for (const auto length : shape) text += (text.empty() ? "" : " ") + std::to_string(length);
  return text;
}

schemas::Axes axes_of(const std::string& text) {
  schemas::Axes axes;
  std::istringstream lengths(text);
  for (std::uint64_t length = 0; lengths >> length;) axes.push_back(length);
  return axes;
}

class FileSpool final : public executor::FrameSpool {
 public:
  explicit FileSpool(const std::filesystem::path& file)
      : file_(file), sqlite_(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs) {}

  Status begin() {
    return guarded([&]() -> Status {
      if (sqlite3_db_readonly(sqlite_.getHandle(), "main") != 0)
        return Error{
            ErrorCode::kEnvironment,
            file_.string() + ": can not be written; make it writable for this user, or move it away"};
      sqlite_.exec("PRAGMA journal_mode = WAL");
      sqlite_.exec("PRAGMA synchronous = NORMAL");
      sqlite_.exec("PRAGMA foreign_keys = ON");
      const int application = sqlite_.execAndGet("PRAGMA application_id").getInt();
      const int form = sqlite_.execAndGet("PRAGMA user_version").getInt();
      if (application == 0 && sqlite_.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0) {
        make_tables();
      } else if (application == kApplication && form == 1) {
        SQLite::Transaction transaction(sqlite_);
        sqlite_.exec(kFromForm1);
        sqlite_.exec("PRAGMA user_version = " + std::to_string(kForm));
        transaction.commit();
      } else if (application != kApplication || form != kForm) {
        return Error{ErrorCode::kCorrupt,
                     file_.string() + ": is no spool of this program; move it away, and start again"};
      }
      open_ = std::size_t(
          sqlite_.execAndGet("SELECT count(DISTINCT sequence) FROM frame_apps WHERE ended = 0").getInt64());
      bytes_ = std::uint64_t(
          sqlite_.execAndGet("SELECT ifnull(sum(bytes), 0) FROM frames WHERE data IS NOT NULL").getInt64());
      return {};
    });
  }

  Result<Added> add(const schemas::FrameFeed& frame) override {
    return guarded([&]() -> Result<Added> {
      if (auto known = known_as(frame.sensor, frame.id)) return *known;
      if (open_ >= executor::kMostOpenFrames || bytes_ + frame.data.size() > executor::kMostSpooledBytes)
        return executor::spool_is_full(open_);
      SQLite::Transaction transaction(sqlite_);
      Added added;
      added.sequence = std::uint64_t(sqlite_.execAndGet("SELECT next FROM numbers").getInt64());
      sqlite_.exec("UPDATE numbers SET next = next + 1");
      insert(frame, added.sequence);
      added.apps = apps_of(frame.sensor);
      for (const auto& app : added.apps) {
        SQLite::Statement add(sqlite_, "INSERT INTO frame_apps (sequence, app) VALUES (?, ?)");
        add.bind(1, std::int64_t(added.sequence));
        add.bind(2, app.text());
        add.exec();
      }
      const auto dropped = drop_contents(frame.sensor);
      if (added.sequence % kForgetEvery == 0) forget_ids(frame.sensor);
      transaction.commit();
      if (!added.apps.empty()) ++open_;
      bytes_ += frame.data.size() - dropped;
      return added;
    });
  }

  Result<std::optional<Added>> find(const std::string& sensor, const std::string& id) override {
    return guarded([&]() -> Result<std::optional<Added>> { return known_as(sensor, id); });
  }

  Status set_takers(const Takers& takers) override {
    return guarded([&]() -> Status {
      SQLite::Transaction transaction(sqlite_);
      sqlite_.exec("DELETE FROM takers");
      for (const auto& [sensor, apps] : takers)
        for (const auto& app : apps) {
          SQLite::Statement add(sqlite_, "INSERT INTO takers (sensor, app) VALUES (?, ?)");
          add.bind(1, sensor);
          add.bind(2, app.text());
          add.exec();
        }
      transaction.commit();
      return {};
    });
  }

  Status drop_taker(const AppId& app) override {
    return guarded([&]() -> Status {
      SQLite::Statement drop(sqlite_, "DELETE FROM takers WHERE app = ?");
      drop.bind(1, app.text());
      drop.exec();
      return {};
    });
  }

  Result<SpooledFrame> read(std::uint64_t sequence) override {
    return guarded([&]() -> Result<SpooledFrame> {
      SQLite::Statement row(sqlite_, std::string(kWhole) + "sequence = ?");
      row.bind(1, std::int64_t(sequence));
      return whole(row, "frame " + std::to_string(sequence));
    });
  }

  Result<SpooledFrame> newest(const std::string& sensor) override {
    return guarded([&]() -> Result<SpooledFrame> {
      SQLite::Statement row(sqlite_, std::string(kWhole) + "sensor = ? ORDER BY sequence DESC LIMIT 1");
      row.bind(1, sensor);
      return whole(row, "a frame for sensor '" + sensor + "'");
    });
  }

  Status ended(const AppId& app, std::uint64_t sequence) override {
    return guarded([&]() -> Status {
      SQLite::Transaction transaction(sqlite_);
      SQLite::Statement end(sqlite_,
                            "UPDATE frame_apps SET ended = 1 WHERE sequence = ? AND app = ? AND ended = 0");
      end.bind(1, std::int64_t(sequence));
      end.bind(2, app.text());
      if (end.exec() == 0) return {};
      SQLite::Statement left(
          sqlite_,
          "SELECT NOT EXISTS (SELECT 1 FROM frame_apps WHERE sequence = f.sequence AND ended = 0), "
          "sensor FROM frames f WHERE sequence = ?");
      left.bind(1, std::int64_t(sequence));
      const bool was_last = left.executeStep() && left.getColumn(0).getInt() != 0;
      const auto dropped = was_last ? drop_contents(left.getColumn(1).getString()) : 0;
      left.reset();
      transaction.commit();
      if (was_last) --open_;
      bytes_ -= dropped;
      return {};
    });
  }

  Result<std::vector<schemas::OpenFrame>> open_after(std::uint64_t sequence, std::size_t most) override {
    return guarded([&]() -> Result<std::vector<schemas::OpenFrame>> {
      std::vector<schemas::OpenFrame> frames;
      SQLite::Statement rows(sqlite_, kOpenAfter);
      rows.bind(1, std::int64_t(sequence));
      rows.bind(2, std::int64_t(most));
      while (rows.executeStep())
        frames.push_back({rows.getColumn(1).getString(),
                          rows.getColumn(2).getString(),
                          std::uint64_t(rows.getColumn(0).getInt64()),
                          {}});
      for (auto& frame : frames) frame.apps = apps_waiting_for(frame.sequence);
      return frames;
    });
  }

  [[nodiscard]] std::size_t open() const override { return open_; }

 private:
  /// Runs `work`, which may throw what SQLite throws.
  template <class Work>
  auto guarded(Work&& work) -> std::invoke_result_t<Work> {
    try {
      return work();
    } catch (const SQLite::Exception& exception) {
      return error_of(exception, file_);
    }
  }

  void make_tables() {
    SQLite::Transaction transaction(sqlite_);
    sqlite_.exec(kTables);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    SQLite::Statement first(sqlite_, "INSERT INTO numbers (place, next) VALUES (0, ?)");
    first.bind(1, std::int64_t(std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
    first.exec();
    sqlite_.exec("PRAGMA application_id = " + std::to_string(kApplication));
    sqlite_.exec("PRAGMA user_version = " + std::to_string(kForm));
    transaction.commit();
  }

  void insert(const schemas::FrameFeed& frame, std::uint64_t sequence) {
    SQLite::Statement add(sqlite_,
                          "INSERT INTO frames (sequence, sensor, id, dtype, layout, shape, bytes, data, "
                          "sound_rate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    add.bind(1, std::int64_t(sequence));
    add.bind(2, frame.sensor);
    add.bind(3, frame.id);
    add.bind(4, int(frame.dtype));
    add.bind(5, int(frame.layout));
    add.bind(6, text_of(frame.shape));
    add.bind(7, std::int64_t(frame.data.size()));
    add.bind(8, frame.data.data(), int(frame.data.size()));
    add.bind(9, std::int64_t(frame.sound_rate));
    add.exec();
  }

  /// Of frames that nobody waits for; how many bytes that were.
  std::uint64_t drop_contents(const std::string& sensor) {
    SQLite::Statement drop(sqlite_, kDropContent);
    drop.bind(1, sensor);
    std::uint64_t bytes = 0;
    while (drop.executeStep()) bytes += std::uint64_t(drop.getColumn(0).getInt64());
    return bytes;
  }

  void forget_ids(const std::string& sensor) {
    SQLite::Statement forget(sqlite_, kForgetIds);
    forget.bind(1, sensor);
    forget.bind(2, std::int64_t(executor::kMostIdsRemembered));
    forget.exec();
  }

  std::vector<AppId> apps(SQLite::Statement& rows) {
    std::vector<AppId> found;
    while (rows.executeStep()) found.emplace_back(rows.getColumn(0).getString());
    return found;
  }
  std::vector<AppId> apps_of(const std::string& sensor) {
    SQLite::Statement rows(sqlite_, "SELECT app FROM takers WHERE sensor = ? ORDER BY app");
    rows.bind(1, sensor);
    return apps(rows);
  }
  std::vector<AppId> apps_waiting_for(std::uint64_t sequence) {
    SQLite::Statement rows(sqlite_,
                           "SELECT app FROM frame_apps WHERE sequence = ? AND ended = 0 ORDER BY app");
    rows.bind(1, std::int64_t(sequence));
    return apps(rows);
  }

  std::optional<Added> known_as(const std::string& sensor, const std::string& id) {
    SQLite::Statement row(sqlite_, "SELECT sequence FROM frames WHERE sensor = ? AND id = ?");
    row.bind(1, sensor);
    row.bind(2, id);
    if (!row.executeStep()) return std::nullopt;
    Added known{std::uint64_t(row.getColumn(0).getInt64()), {}, true};
    SQLite::Statement rows(sqlite_, "SELECT app FROM frame_apps WHERE sequence = ? ORDER BY app");
    rows.bind(1, std::int64_t(known.sequence));
    known.apps = apps(rows);
    return known;
  }

  static Result<SpooledFrame> whole(SQLite::Statement& row, const std::string& what) {
    if (!row.executeStep() || row.getColumn(6).isNull())
      return Error{ErrorCode::kNotFound, what + " is not in the spool any more"};
    SpooledFrame frame;
    frame.sensor = row.getColumn(0).getString();
    frame.id = row.getColumn(1).getString();
    frame.sequence = std::uint64_t(row.getColumn(2).getInt64());
    frame.dtype = schemas::ElementType(row.getColumn(3).getInt());
    frame.layout = schemas::Layout(row.getColumn(4).getInt());
    frame.shape = axes_of(row.getColumn(5).getString());
    frame.sound_rate = row.getColumn(7).getUInt();
    const auto data = row.getColumn(6);
    const auto* bytes = static_cast<const std::uint8_t*>(data.getBlob());
    frame.data.assign(bytes, bytes + data.getBytes());
    return frame;
  }

  std::filesystem::path file_;
  SQLite::Database sqlite_;
  std::size_t open_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<executor::FrameSpool>> open(const std::filesystem::path& file) {
  try {
    auto spool = std::make_unique<FileSpool>(file);
    if (auto status = spool->begin(); !status) return status.error();
    return std::unique_ptr<executor::FrameSpool>(std::move(spool));
  } catch (const SQLite::Exception& exception) {
    return error_of(exception, file);
  }
}

}  // namespace synergy::executor_spool
