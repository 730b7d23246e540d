#include "synergy/store/retention.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "row_crc.hpp"
#include "run_writer.hpp"
#include "sqlite.hpp"
#include "synergy/base/duration_text.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::store {
namespace {

constexpr auto kApps = "SELECT app FROM apps ORDER BY app";

/// Of an app's blocks that begin at ?2 or later, whichever table they are in: where the first begins, and
/// when its first run was recorded. Each part goes by the key.
constexpr auto kFirstBlock = R"(
SELECT * FROM (SELECT first_run, recorded_unix_ns FROM run_blocks WHERE app = ?1 AND compact = 0 AND first_run >= ?2 ORDER BY first_run LIMIT 1)
UNION ALL
SELECT * FROM (SELECT first_run, recorded_unix_ns FROM run_blocks WHERE app = ?1 AND compact = 1 AND first_run >= ?2 ORDER BY first_run LIMIT 1)
ORDER BY 1 LIMIT 1)";

/// Whether runs of the block may still end: the app runs, counts them, and has not all of them.
constexpr auto kHasOpenRuns = R"(
SELECT 1 FROM apps a
WHERE a.app = ?1 AND a.phase IN ('running', 'stopped') AND a.first_run < ?3
  AND (SELECT count(*) FROM runs r WHERE r.app = ?1 AND r.run >= max(?2, a.first_run) AND r.run < ?3) < ?3 - max(?2, a.first_run))";

constexpr auto kDamagedRun = R"(
SELECT run FROM runs_since_5 r WHERE app = ?1 AND run >= ?2 AND run < ?3 AND NOT WHOLE LIMIT 1)";

constexpr auto kByHour = R"(
SELECT app, recorded_unix_ns / 3600000000000 * 3600 AS hour, plan_id, outcome, generated, count(*), sum(ended_ns - began_ns),
       min(ended_ns - began_ns), max(ended_ns - began_ns), sum(energy_uj)
FROM runs WHERE app = ?1 AND run >= ?2 AND run < ?3 GROUP BY hour, plan_id, outcome, generated)";

constexpr auto kFoundHour = R"(
SELECT WHOLE, runs, latency_ns, latency_min_ns, latency_max_ns, energy_uj FROM run_hours h
WHERE app = ? AND hour_unix_s = ? AND plan_id = ? AND outcome = ? AND generated = ?)";

/// Runs of an app from `first_run` up to, not including, `end_run`.
struct Block {
  std::string app;
  std::uint64_t first_run = 0, end_run = 0;
};

struct Hour {
  std::string app, outcome;
  std::int64_t hour = 0, generated = 0;
  std::uint64_t plan_id = 0, runs = 0;
  std::int64_t latency = 0, least = 0, most = 0;
  double energy_uj = 0;
};

class Thinning {
 public:
  Thinning(Connection& connection, UnixTime before) : connection_(connection), before_(before) {}

  std::uint64_t run(std::uint64_t most) {
    std::uint64_t done = 0;
    SQLite::Statement apps(connection_.sqlite, kApps);
    while (done < most && apps.executeStep()) {
      const auto app = apps.getColumn(0).getString();
      while (done < most) {
        const auto block = oldest_of(app);
        if (!block || has_open_runs(*block)) break;
        done += thin(*block);
      }
    }
    return done;
  }

 private:
  struct Begin {
    std::uint64_t run = 0;
    std::int64_t recorded = 0;
  };
  std::optional<Begin> first_begin(const std::string& app, std::uint64_t from_run) {
    Prepared found(connection_, kFirstBlock);
    bind_all(*found, app, from_run);
    if (!found->executeStep()) return {};
    Begin begin;
    RowReader(*found).into(begin.run, begin.recorded);
    return begin;
  }

  /// If all its runs were recorded before: if the next one began before.
  std::optional<Block> oldest_of(const std::string& app) {
    const auto begin = first_begin(app, 0);
    if (!begin) return {};
    const auto next = first_begin(app, begin->run + 1);
    if (!next || next->recorded >= before_.time_since_epoch().count()) return {};
    return Block{app, begin->run, next->run};
  }

  bool has_open_runs(const Block& block) {
    Prepared found(connection_, kHasOpenRuns);
    bind_all(*found, block.app, block.first_run, block.end_run);
    return found->executeStep();
  }

  std::uint64_t thin(const Block& block) {
    require_whole_runs(block);
    std::uint64_t runs = 0;
    for (const auto& hour : hours_of(block)) {
      runs += hour.runs;
      add(hour);
    }
    remove(block);
    return runs;
  }

  void require_whole_runs(const Block& block) {
    static const auto sql = checking_sql(kDamagedRun, kRunRows, "r");
    Prepared damaged(connection_, sql);
    bind_all(*damaged, block.app, block.first_run, block.end_run);
    if (damaged->executeStep())
      throw DamagedRow{"run " + damaged->getColumn(0).getString() + " of app '" + block.app + "'"};
  }

  std::vector<Hour> hours_of(const Block& block) {
    Prepared rows(connection_, kByHour);
    bind_all(*rows, block.app, block.first_run, block.end_run);
    std::vector<Hour> hours;
    while (rows->executeStep()) {
      auto& h = hours.emplace_back();
      RowReader(*rows).into(h.app, h.hour, h.plan_id, h.outcome, h.generated, h.runs, h.latency, h.least,
                            h.most, h.energy_uj);
    }
    return hours;
  }

  /// Together with what is there of the same hour.
  void add(Hour hour) {
    static const auto find = checking_sql(kFoundHour, kHourRows, "h"),
                      insert =
                          "INSERT OR REPLACE" + insert_sql(kHourRows).substr(std::string("INSERT").size());
    Prepared found(connection_, find);
    bind_all(*found, hour.app, hour.hour, hour.plan_id, hour.outcome, hour.generated);
    if (found->executeStep()) {
      bool whole = false;
      Hour there;
      RowReader(*found).into(whole, there.runs, there.latency, there.least, there.most, there.energy_uj);
      require_whole(whole, "the hour " + std::to_string(hour.hour) + " of app '" + hour.app + "'");
      hour.runs += there.runs;
      hour.latency += there.latency;
      hour.least = std::min(hour.least, there.least);
      hour.most = std::max(hour.most, there.most);
      hour.energy_uj += there.energy_uj;
    }
    found->reset();
    Prepared put(connection_, insert);
    execute(*put, hour.app, hour.hour, hour.plan_id, hour.outcome, hour.generated, hour.runs, hour.latency,
            hour.least, hour.most, hour.energy_uj);
  }

  void remove(const Block& block) {
    remove_rows(
        "DELETE FROM run_frames WHERE app = (SELECT number FROM app_numbers WHERE app = ?1) AND run >= ?2 "
        "AND run < ?3",
        block);
    remove_rows(
        "DELETE FROM compact_runs WHERE app = (SELECT number FROM app_numbers WHERE app = ?1) AND run >= ?2 "
        "AND run < ?3",
        block);
    remove_rows("DELETE FROM runs_before_5 WHERE app = ?1 AND run >= ?2 AND run < ?3", block);
    remove_rows("DELETE FROM run_blocks WHERE app = ?1 AND first_run >= ?2 AND first_run < ?3", block);
    static const auto insert =
        "INSERT OR REPLACE" + insert_sql(kThinnedRows).substr(std::string("INSERT").size());
    Prepared mark(connection_, insert);
    execute(*mark, block.app, std::max(block.end_run, thinned_below(connection_, AppId(block.app))));
  }

  void remove_rows(const char* sql, const Block& block) {
    Prepared statement(connection_, sql);
    execute(*statement, block.app, block.first_run, block.end_run);
  }

  Connection& connection_;
  UnixTime before_;
};

}  // namespace

std::uint64_t thinned_below(Connection& connection, const AppId& app) {
  static const auto sql =
      "SELECT " + whole_sql(kThinnedRows, "t") + ", below_run FROM thinned_runs t WHERE app = ?";
  Prepared found(connection, sql);
  bind_all(*found, app);
  if (!found->executeStep()) return 0;
  bool whole = false;
  std::uint64_t below = 0;
  RowReader(*found).into(whole, below);
  require_whole(whole, "up to where runs of app '" + app.text() + "' are kept by hour");
  return below;
}

Result<std::optional<Duration>> keep_time(const std::string& text) {
  if (text.empty()) return std::optional<Duration>();
  const auto keep = parse_duration(text, kLeastKept, std::chrono::hours(24 * 36500));
  if (keep) return std::optional(*keep);
  return Error{
      ErrorCode::kInvalid,
      "'" + text + "' is no time to keep runs for; write for example 30d or 12h, an hour (1h) at least"};
}

Result<std::uint64_t> thin_runs(Database& database, UnixTime before, std::uint64_t most) {
  return guarded(
      database, [&]() -> Result<std::uint64_t> { return Thinning(database.connection(), before).run(most); });
}

}  // namespace synergy::store
