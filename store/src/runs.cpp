#include "synergy/store/runs.hpp"

#include <algorithm>
#include <string_view>

#include "sqlite.hpp"

namespace synergy::store {
namespace {

// Not INSERT OR IGNORE, which would also swallow a row that breaks a CHECK.
constexpr auto kKeep = R"(
INSERT INTO runs (app, run, attempts, plan_id, outcome, label, score, began_ns, ended_ns, energy_uj, devices, reason,
                  recorded_unix_ns)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (app, run) DO NOTHING)";

constexpr auto kNumbers = "SELECT run FROM runs WHERE app = ? AND run >= ? AND run < ? ORDER BY run DESC";

constexpr auto kRuns = R"(
SELECT app, run, attempts, plan_id, outcome, label, score, began_ns, ended_ns, energy_uj, devices, reason,
       recorded_unix_ns
FROM runs WHERE app = ? AND run >= ? ORDER BY run LIMIT ?)";

// The devices stand in one column, for people: `glasses > watch`.
constexpr std::string_view kThen = " > ";

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
  auto& connection = database_.connection();
  return guarded(connection.path, [&]() -> Result<std::size_t> {
    SQLite::Statement keep(connection.sqlite, kKeep);
    std::size_t added = 0;
    for (const auto& run : runs)
      added += std::size_t(execute(keep, run.app, run.run, run.attempts, run.plan_id, run.outcome, run.label,
                                   run.score, run.began, run.ended, run.energy_uj, joined(run.devices),
                                   run.reason, run.recorded));
    return added;
  });
}

Result<std::vector<std::uint64_t>> Runs::missing(const AppId& app, std::uint64_t first_run,
                                                 std::uint64_t next_run, std::size_t limit) const {
  auto& connection = database_.connection();
  return guarded(connection.path, [&]() -> Result<std::vector<std::uint64_t>> {
    std::vector<std::uint64_t> numbers;
    SQLite::Statement rows(connection.sqlite, kNumbers);
    bind_all(rows, app, first_run, next_run);
    for (auto next = next_run; next > first_run && numbers.size() < limit; --next) {
      std::uint64_t kept = 0;
      const bool there = rows.executeStep();
      if (there) RowReader(rows).into(kept);
      const auto end = there ? kept + 1 : first_run;
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
  return guarded(connection.path, [&]() -> Result<std::vector<schemas::RunRecord>> {
    std::vector<schemas::RunRecord> runs;
    SQLite::Statement rows(connection.sqlite, kRuns);
    bind_all(rows, app, first_run, limit);
    while (rows.executeStep()) {
      auto& run = runs.emplace_back();
      std::string devices;
      RowReader(rows).into(run.app, run.run, run.attempts, run.plan_id, run.outcome, run.label, run.score,
                           run.began, run.ended, run.energy_uj, devices, run.reason, run.recorded);
      run.devices = split(devices);
    }
    return runs;
  });
}

}  // namespace synergy::store
