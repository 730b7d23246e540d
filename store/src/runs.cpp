#include "synergy/store/runs.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "row_crc.hpp"
#include "run_writer.hpp"
#include "sqlite.hpp"

namespace synergy::store {
namespace {

// Statements read the tables, not view `runs`: what has a checksum is checked. Each part is in the order of
// its primary key, and SQLite merges them without sorting. ?2 and ?3 bound the numbers, the upper one not
// included.

constexpr auto kNumbers = R"(
SELECT run, 1 FROM runs_before_5 WHERE app = ?1 AND run >= ?2 AND run < ?3
UNION ALL
SELECT r.run, WHOLE FROM runs_since_5 r WHERE r.app = ?1 AND r.run >= ?2 AND r.run < ?3
ORDER BY run DESC)";

constexpr auto kRuns = R"(
SELECT run, 1, app, attempts, plan_id, outcome, label, score, began_ns, ended_ns, energy_uj, devices, reason,
       recorded_unix_ns
FROM runs_before_5 WHERE app = ?1 AND run >= ?2
UNION ALL
SELECT r.run, WHOLE, r.app, r.attempts, r.plan_id, r.outcome, r.label, r.score, r.began_ns, r.ended_ns, r.energy_uj,
       r.devices, r.reason, r.recorded_unix_ns
FROM runs_since_5 r WHERE r.app = ?1 AND r.run >= ?2
ORDER BY run LIMIT ?3)";

constexpr auto kFrames = R"(
SELECT f.run, WHOLE, f.device, f.sensor, f.id, f.sequence
FROM run_frames f WHERE f.app = ? AND f.run >= ? AND f.run <= ?)";

constexpr auto kOutcomes = R"(
SELECT a.app, f.run, f.sequence, WHOLE
FROM run_frames f JOIN app_numbers a ON a.number = f.app WHERE f.device = ? AND f.sequence = ? ORDER BY a.app)";

std::string named(const AppId& app, std::uint64_t run) {
  return "run " + std::to_string(run) + " of app '" + app.text() + "'";
}

/// Fills in the frames of an app's runs, which are in order of their numbers.
void add_frames(Connection& connection, std::int64_t number, std::vector<schemas::RunRecord>& runs) {
  if (runs.empty()) return;
  static const auto sql = checking_sql(kFrames, kFrameRows, "f");
  Prepared rows(connection, sql);
  bind_all(*rows, number, runs.front().run, runs.back().run);
  while (rows->executeStep()) {
    std::uint64_t run = 0;
    bool whole = false;
    schemas::FrameRef frame;
    RowReader(*rows).into(run, whole, frame.device, frame.sensor, frame.id, frame.sequence);
    require_whole(whole, "the frame of run " + std::to_string(run));
    const auto found = std::lower_bound(
        runs.begin(), runs.end(), run,
        [](const schemas::RunRecord& record, std::uint64_t wanted) { return record.run < wanted; });
    if (found != runs.end() && found->run == run) found->frame = std::move(frame);
  }
}

std::vector<DeviceId> split(std::string_view text) {
  std::vector<DeviceId> devices;
  while (!text.empty()) {
    const auto end = text.find(kThen);
    devices.emplace_back(std::string(text.substr(0, end)));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + kThen.size());
  }
  return devices;
}

}  // namespace

Result<std::size_t> Runs::keep(std::span<const schemas::RunRecord> runs) {
  return guarded(database_, [&]() -> Result<std::size_t> {
    RunWriter writer(database_.connection());
    std::size_t added = 0;
    for (const auto& run : runs) added += writer.keep(run) ? 1 : 0;
    return added;
  });
}

Result<std::vector<std::uint64_t>> Runs::missing(const AppId& app, std::uint64_t first_run,
                                                 std::uint64_t next_run, std::size_t limit) const {
  auto& connection = database_.connection();
  return guarded(database_, [&]() -> Result<std::vector<std::uint64_t>> {
    std::vector<std::uint64_t> numbers;
    (void)number_of(connection, app);  // throws where it is damaged: its runs would not be found
    const auto from = std::max(first_run, thinned_below(connection, app));  // those before have ended
    SQLite::Statement rows(connection.sqlite, checking_sql(kNumbers, kRunRows, "r"));
    bind_all(rows, app, from, next_run);
    for (auto next = next_run; next > from && numbers.size() < limit; --next) {
      std::uint64_t kept = 0;
      const bool there = rows.executeStep();
      if (there) {
        bool whole = false;
        RowReader(rows).into(kept, whole);
        require_whole(whole, named(app, kept));
      }
      const auto end = there ? kept + 1 : from;
      for (; next > end && numbers.size() < limit; --next) numbers.push_back(next - 1);
      if (!there) break;
    }
    std::reverse(numbers.begin(), numbers.end());
    return numbers;
  });
}

Result<std::vector<schemas::RunRecord>> Runs::of(const AppId& app, std::uint64_t first_run,
                                                 std::uint32_t limit) const {
  auto& connection = database_.connection();
  return guarded(database_, [&]() -> Result<std::vector<schemas::RunRecord>> {
    std::vector<schemas::RunRecord> runs;
    const auto number =
        number_of(connection, app);  // throws where it is damaged: its runs would not be found
    SQLite::Statement rows(connection.sqlite, checking_sql(kRuns, kRunRows, "r"));
    bind_all(rows, app, first_run, limit);
    while (rows.executeStep()) {
      auto& run = runs.emplace_back();
      RowReader reader(rows);
      bool whole = false;
      reader.into(run.run, whole);
      require_whole(whole, named(app, run.run));
      std::string devices;
      std::uint64_t attempts = 0;
      reader.into(run.app, attempts, run.plan_id, run.outcome, run.label, run.score, run.began, run.ended,
                  run.energy_uj, devices, run.reason, run.recorded);
      run.attempts = std::uint32_t(attempts);
      run.generated = attempts >= kGeneratedMark;
      run.devices = split(devices);
    }
    if (number) add_frames(connection, *number, runs);
    return runs;
  });
}

Result<std::vector<schemas::FrameOutcome>> Runs::outcomes_of(
    const DeviceId& device, const std::vector<std::uint64_t>& sequences) const {
  auto& connection = database_.connection();
  return guarded(database_, [&]() -> Result<std::vector<schemas::FrameOutcome>> {
    static const auto sql = checking_sql(kOutcomes, kFrameRows, "f");
    std::vector<schemas::FrameOutcome> outcomes;
    Prepared rows(connection, sql);
    for (const auto sequence : sequences) {
      rows->tryReset();
      bind_all(*rows, device, sequence);
      while (rows->executeStep()) {
        auto& outcome = outcomes.emplace_back();
        bool whole = false;
        RowReader(*rows).into(outcome.app, outcome.run, outcome.sequence, whole);
        require_whole(whole, named(outcome.app, outcome.run));
      }
    }
    return outcomes;
  });
}

}  // namespace synergy::store
