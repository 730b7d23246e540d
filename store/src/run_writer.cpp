#include "run_writer.hpp"

#include <algorithm>
#include <utility>

#include "row_crc.hpp"
#include "sqlite.hpp"
#include "synergy/base/check.hpp"

namespace synergy::store {
namespace {

constexpr auto kNextNumber = "SELECT ifnull(max(number), 0) + 1 FROM app_numbers";

constexpr auto kFindKept = R"(
SELECT EXISTS (SELECT 1 FROM compact_runs WHERE app = ?1 AND run = ?2)
    OR EXISTS (SELECT 1 FROM runs_before_5 WHERE app = ?3 AND run = ?2))";

constexpr auto kEarlierRuns = "SELECT EXISTS (SELECT 1 FROM runs_before_5)";

// The newest: an earlier one counts from times too far away.
constexpr auto kFindWay = R"(
SELECT way, began_ns, recorded_after_ns FROM run_ways
WHERE plan_id = ? AND energy_uj = ? AND outcome = ? AND attempts = ? AND devices = ? AND reason = ?
ORDER BY way DESC LIMIT 1)";
constexpr auto kFindFrame = "SELECT run FROM run_frames WHERE device = ? AND sequence = ? AND app = ?";
constexpr auto kNextWay = "SELECT ifnull(max(way), 0) + 1 FROM run_ways";

// Not INSERT OR IGNORE, which would also swallow a row that breaks a CHECK. ?9 to ?18: the run as it was
// given, which the checksum is of (kRunRows; its number is ?2).
constexpr auto kAddRun = R"(
INSERT INTO compact_runs (app, run, way, label, score, began_after_ns, took_ns, lag_ns, crc)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, row_crc(?9, ?2, ?10, ?11, ?12, ?4, ?5, ?13, ?14, ?15, ?16, ?17, ?18))
ON CONFLICT (app, run) DO NOTHING)";

constexpr auto kLastBlock = R"(
SELECT first_run, recorded_unix_ns FROM run_blocks WHERE app = ? AND compact = 1 AND first_run <= ?
ORDER BY first_run DESC LIMIT 1)";

/// Of the recorded times of a block's runs, about: view `run_history` is in the order of time to so much.
constexpr std::int64_t kBlockNs = 10'000'000'000;

/// Times of runs, and their sums with what they count from, stay within SQLite's 63 bits.
constexpr std::int64_t kFarthest = std::int64_t(1) << 62;
/// SQLite keeps a number below in 6 bytes. Where a difference is above, as after a reboot, another row of
/// run_ways is worth its place.
constexpr std::int64_t kFarDifference = std::int64_t(1) << 47;

/// Nothing where the difference is too far from 0 to be kept small.
std::optional<std::int64_t> small_difference(std::int64_t number, std::int64_t from) {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(number, from, &difference)) return {};
  if (difference >= kFarDifference || difference <= -kFarDifference) return {};
  return difference;
}

/// The run's times are within bounds (check_times).
std::int64_t recorded_after(const schemas::RunRecord& run) {
  return run.recorded.time_since_epoch().count() - run.ended.time_since_epoch().count();
}

void check_times(const schemas::RunRecord& run) {
  const auto bounded = [](std::int64_t ns) { return ns > -kFarthest && ns < kFarthest; };
  if (!bounded(run.began.time_since_epoch().count()) || !bounded(run.ended.time_since_epoch().count()) ||
      !bounded(run.recorded.time_since_epoch().count()))
    throw Refusal{{ErrorCode::kInvalid, "the times of run " + std::to_string(run.run) + " of app '" +
                                            run.app.text() + "' are no times"}};
}

/// Attempts with the mark.
std::uint64_t marked_attempts(const schemas::RunRecord& run) {
  return run.attempts + (run.generated ? kGeneratedMark : 0);
}

std::string joined(const std::vector<DeviceId>& devices) {
  std::string text;
  for (const auto& device : devices) {
    if (device.empty() || device.text().find(kThen) != std::string::npos)
      throw Refusal{{ErrorCode::kInvalid, "'" + device.text() + "' is no name of a device"}};
    if (!text.empty()) text += kThen;
    text += device.text();
  }
  return text;
}

}  // namespace

std::optional<std::int64_t> number_of(Connection& connection, const AppId& app) {
  static const auto whole_number = whole_sql(kAppNumberRows, "n");
  static const auto find = "SELECT " + whole_number + ", number FROM app_numbers n WHERE app = ?";
  Prepared found(connection, find);
  bind_all(*found, app);
  if (found->executeStep()) {
    require_whole(found->getColumn(0).getInt() != 0, "the number of app '" + app.text() + "'");
    return found->getColumn(1).getInt64();
  }
  // No run of the app is kept, unless its row has become another's.
  SQLite::Statement damage(connection.sqlite, "SELECT app FROM app_numbers n WHERE NOT " + whole_number);
  if (damage.executeStep()) throw DamagedRow{"the number of app '" + damage.getColumn(0).getString() + "'"};
  return {};
}

RunWriter::RunWriter(Connection& connection)
    : connection_(connection),
      find_kept_(connection, kFindKept),
      find_way_(connection, kFindWay),
      add_run_(connection, kAddRun) {
  Prepared earlier(connection, kEarlierRuns);
  earlier_runs_ = earlier->executeStep() && earlier->getColumn(0).getInt() != 0;
}

bool RunWriter::keep(const schemas::RunRecord& run) {
  const auto devices = joined(run.devices);
  check_times(run);
  if (is_thinned(run)) return false;
  auto number = known_number_of(run.app);
  const auto* way = known_way_of(run, devices);
  // A run that is kept already leaves no app and no way behind.
  if ((!number || !way || earlier_runs_) && is_kept(run, number)) return false;
  if (!number) number = add_number(run.app);
  if (!run.frame) return add(run, *number, way != nullptr ? *way : find_or_add_way(run, devices));
  return keep_with_frame(run, *number, devices);
}

bool RunWriter::keep_with_frame(const schemas::RunRecord& run, std::int64_t number,
                                const std::string& devices) {
  if (const auto other = run_of(*run.frame, number); other && *other != run.run) {
    auto without = run;
    without.frame.reset();
    without.outcome = schemas::RunOutcome::kFailed;
    without.reason = "frame '" + run.frame->id + "' has its outcome in run " + std::to_string(*other);
    return add(without, number, find_or_add_way(without, devices));
  }
  if (!add(run, number, find_or_add_way(run, devices))) return false;
  add_frame(run, number);
  return true;
}

std::optional<std::uint64_t> RunWriter::run_of(const schemas::FrameRef& frame, std::int64_t number) {
  Prepared found(connection_, kFindFrame);
  bind_all(*found, frame.device, frame.sequence, number);
  if (!found->executeStep()) return {};
  return std::uint64_t(found->getColumn(0).getInt64());
}

void RunWriter::add_frame(const schemas::RunRecord& run, std::int64_t number) {
  static const auto insert = insert_sql(kFrameRows);
  Prepared add(connection_, insert);
  const auto& frame = *run.frame;
  execute(*add, number, run.run, frame.device, frame.sensor, frame.id, frame.sequence);
}

std::optional<std::int64_t> RunWriter::known_number_of(const AppId& app) {
  if (const auto known = numbers_.find(app.text()); known != numbers_.end()) return known->second;
  const auto number = number_of(connection_, app);
  if (number) numbers_[app.text()] = *number;
  return number;
}

std::int64_t RunWriter::add_number(const AppId& app) {
  const auto number = connection_.sqlite.execAndGet(kNextNumber).getInt64();
  SQLite::Statement add(connection_.sqlite, insert_sql(kAppNumberRows));
  execute(add, app, number);
  return numbers_[app.text()] = number;
}

bool RunWriter::is_thinned(const schemas::RunRecord& run) {
  auto below = thinned_.find(run.app.text());
  if (below == thinned_.end())
    below = thinned_.emplace(run.app.text(), thinned_below(connection_, run.app)).first;
  return run.run < below->second;
}

bool RunWriter::is_kept(const schemas::RunRecord& run, std::optional<std::int64_t> number) {
  find_kept_->tryReset();
  bind_all(*find_kept_, number.value_or(0), run.run, run.app);
  return find_kept_->executeStep() && find_kept_->getColumn(0).getInt() != 0;
}

std::optional<RunWriter::Times> RunWriter::times_of(const schemas::RunRecord& run, const Way& way) {
  const auto began = run.began.time_since_epoch().count(), ended = run.ended.time_since_epoch().count();
  const auto began_after = small_difference(began, way.began);
  const auto lag = small_difference(recorded_after(run), way.recorded_after);
  if (!began_after || !lag) return {};
  return Times{*began_after, ended - began, *lag};
}

bool RunWriter::serves(const Way& way, const schemas::RunRecord& run, const std::string& devices) {
  return way.plan_id == run.plan_id && way.energy_uj == run.energy_uj && way.outcome == run.outcome &&
         way.attempts == marked_attempts(run) && way.devices == devices && way.reason == run.reason &&
         times_of(run, way);
}

const RunWriter::Way* RunWriter::known_way_of(const schemas::RunRecord& run,
                                              const std::string& devices) const {
  // Few: those of one command.
  const auto way =
      std::find_if(ways_.begin(), ways_.end(), [&](const Way& known) { return serves(known, run, devices); });
  return way == ways_.end() ? nullptr : &*way;
}

const RunWriter::Way& RunWriter::find_or_add_way(const schemas::RunRecord& run, const std::string& devices) {
  Way way{0, run.plan_id, run.outcome, marked_attempts(run), run.energy_uj, devices, run.reason};
  find_way_->tryReset();
  bind_all(*find_way_, way.plan_id, way.energy_uj, way.outcome, way.attempts, way.devices, way.reason);
  if (find_way_->executeStep()) {
    RowReader(*find_way_).into(way.id, way.began, way.recorded_after);
    if (times_of(run, way)) return ways_.emplace_back(std::move(way));
  }
  way.began = run.began.time_since_epoch().count();
  way.recorded_after = recorded_after(run);
  return ways_.emplace_back(added_way(std::move(way)));
}

RunWriter::Way RunWriter::added_way(Way way) {
  way.id = connection_.sqlite.execAndGet(kNextWay).getInt64();
  SQLite::Statement add(connection_.sqlite, insert_sql(kWayRows));
  execute(add, way.id, way.plan_id, way.outcome, way.attempts, way.energy_uj, way.devices, way.reason,
          way.began, way.recorded_after);
  return way;
}

void RunWriter::put_into_block(const schemas::RunRecord& run) {
  auto known = blocks_.find(run.app.text());
  if (known == blocks_.end()) {
    const auto last = last_block_of(run.app, schemas::kMaxRunNumber);
    if (!last) return add_block(run);
    known = blocks_.emplace(run.app.text(), *last).first;
  }
  const auto& last = known->second;
  if (run.run < last.first_run) {  // it ended late: an earlier block holds it, if the app has one
    if (!last_block_of(run.app, run.run)) add_block(run);
  } else if (std::abs(run.recorded.time_since_epoch().count() - last.recorded) >= kBlockNs) {
    add_block(run);  // also where the clock was put back
  }
}

std::optional<RunWriter::Block> RunWriter::last_block_of(const AppId& app, std::uint64_t up_to_run) {
  Prepared found(connection_, kLastBlock);
  bind_all(*found, app, up_to_run);
  if (!found->executeStep()) return {};
  Block block;
  RowReader(*found).into(block.first_run, block.recorded);
  return block;
}

void RunWriter::add_block(const schemas::RunRecord& run) {
  static const auto insert = insert_sql(kBlockRows);
  Prepared add(connection_, insert);
  execute(*add, run.app, 1, run.run, run.recorded);
  const Block added{run.run, run.recorded.time_since_epoch().count()};
  const auto [last, is_first] = blocks_.emplace(run.app.text(), added);
  if (!is_first && added.first_run > last->second.first_run) last->second = added;
}

bool RunWriter::add(const schemas::RunRecord& run, std::int64_t number, const Way& way) {
  const auto times = times_of(run, way);
  SYNERGY_CHECK(times, "a run is written with a way that it fits");
  const bool added = execute(*add_run_, number, run.run, way.id, run.label, run.score, times->began_after,
                             times->took, times->lag, run.app, marked_attempts(run), run.plan_id, run.outcome,
                             run.began, run.ended, run.energy_uj, way.devices, run.reason, run.recorded) > 0;
  if (added) put_into_block(run);
  return added;
}

}  // namespace synergy::store
