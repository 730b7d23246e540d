// What the store's tests share: a folder of their own, sample messages, a look into the file with plain SQL
// as a person would take it, and work done in a child process that may be killed or starved.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "synergy/store/database.hpp"
#include "synergy/store_service/store_service.hpp"
#include "temporary_folder.hpp"

namespace synergy::store::testing {

using synergy::test_support::TemporaryFolder;

/// A store that was opened, or a failed test.
inline std::unique_ptr<Database> opened(const std::filesystem::path& path) {
  auto database = Database::open(path);
  if (!database) throw std::runtime_error(database.error().message);
  return std::move(*database);
}

/// A test with a store file and the service on it; reopen() is a restart of the process that owns it.
class StoreTest : public ::testing::Test {
 protected:
  void reopen() {
    service_.reset();
    database_.reset();
    database_ = opened(path_);
    service_ = std::make_unique<StoreService>(*database_, clock_);
  }
  void SetUp() override { reopen(); }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "mesh.db";
  ManualClock clock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<StoreService> service_;
};

using Row = std::vector<std::string>;

/// The rows of a query, as text, through a connection of its own.
inline std::vector<Row> query(const std::filesystem::path& path, const std::string& sql) {
  SQLite::Database sqlite(path.string(), SQLite::OPEN_READONLY);
  SQLite::Statement statement(sqlite, sql);
  std::vector<Row> rows;
  while (statement.executeStep()) {
    auto& row = rows.emplace_back();
    for (int i = 0; i < statement.getColumnCount(); ++i) row.push_back(statement.getColumn(i).getString());
  }
  return rows;
}

/// Writes to the file behind the store's back, as another program would.
inline void alter(const std::filesystem::path& path, const std::string& sql) {
  SQLite::Database sqlite(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  sqlite.exec(sql);
}

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline schemas::AppStatus sample_app(const std::string& name) {
  schemas::AppStatus status;
  status.request.app = AppId(name);
  status.request.model = ModelId("mnist");
  status.request.sensing = {"camera", DeviceId("glasses")};
  status.request.interaction = {"haptic", {}};
  status.request.runs = 100;
  status.request.at_least_devices = 2;
  status.request.priority = -3;
  status.plan_id = 1;
  status.first_run = 10;
  status.next_run = 15;
  status.completed = 4;
  status.failed = 1;
  return status;
}

inline schemas::PipelinePlan sample_pipeline(const std::string& app) {
  schemas::PipelinePlan pipeline;
  pipeline.app = AppId(app);
  pipeline.model = ModelId("mnist");
  pipeline.sensing = "camera";
  pipeline.model_digest = "0123abcd";
  pipeline.labels = {"zero", "one"};
  pipeline.input_bytes = 784;
  pipeline.depth = 3;
  schemas::ExecutionPlan execution;
  execution.source = DeviceId("glasses");
  execution.target = DeviceId("watch");
  execution.chunks = {{DeviceId("glasses"), 0, 3}, {DeviceId("watch"), 4, 4}};
  execution.steps = {
      {schemas::TaskKind::kTransfer, DeviceId("glasses"), DeviceId("watch"), 0, Duration(81), 96, 0.1}};
  execution.latency = Duration(12'345'678);
  execution.energy_uj = 1.0 / 3;
  pipeline.executions = {execution};
  pipeline.runs_per_second = 24.123456789;
  pipeline.energy_uj = execution.energy_uj;
  pipeline.bottleneck = "watch rx";
  return pipeline;
}

inline schemas::CollaborationPlan sample_plan(std::uint64_t id) {
  schemas::CollaborationPlan plan;
  plan.id = id;
  plan.body = "four-78000";
  plan.policy = "optimal";
  plan.status = schemas::PlanStatus::kOptimal;
  plan.pipelines = {sample_pipeline("digits")};
  plan.units = {{DeviceId("watch"), schemas::Unit::kRx, {{0, 0, 0}}, Duration(81)}};
  plan.memory = {{DeviceId("watch"), 1000, 10, 1, 96}};
  plan.devices = {{DeviceId("glasses"), 30.5, {}}, {DeviceId("watch"), 20.25, 48.5}};
  plan.rounds_per_second = 24.123456789;
  plan.latency = Duration(12'345'678);
  plan.energy_uj = 2.0 / 3;
  plan.bottleneck = "watch rx";
  plan.reason = "the radio bounds the rate";
  plan.planning_us = 1500;
  return plan;
}

inline schemas::RunRecord sample_run(const std::string& app, std::uint64_t run) {
  schemas::RunRecord record;
  record.app = AppId(app);
  record.run = run;
  record.attempts = 2;
  record.plan_id = 1;
  record.label = 7;
  record.score = -12;
  record.began = ModelTime{Duration(1'000'000)};
  record.ended = ModelTime{Duration(13'345'678)};
  record.energy_uj = 0.1;
  record.devices = {DeviceId("glasses"), DeviceId("watch")};
  record.recorded = UnixTime{std::chrono::seconds(1'700'000'000)};
  return record;
}

inline schemas::BodyView sample_body() {
  schemas::BodyView body;
  body.name = "pair";
  body.time_scale = 2;
  body.devices = {
      {DeviceId("watch"), "max78000-board", {{"imu", ""}, {"camera", "digits.npy"}}, {"display", "haptic"}},
      {DeviceId("glasses"), "max78000-board", {}, {}}};
  body.link.name = "ble-2m";
  body.link.bytes_per_second = {125000, schemas::Mark::kSheet, "data sheet, table 3"};
  body.device_profiles["max78000-board"].name = "max78000-board";
  body.device_profiles["max78000-board"].cnn_clock_mhz = {50, schemas::Mark::kSilicon, "measured"};
  body.sensor_profiles["imu"].name = "imu";
  body.actuator_profiles["haptic"].name = "haptic";
  return body;
}

/// A child process that runs `work` and reports text over a pipe. It ends without running destructors of the
/// parent's objects, so `work` opens what it needs itself.
class ChildProcess {
 public:
  using Report = std::function<void(const std::string&)>;

  explicit ChildProcess(const std::function<void(const Report&)>& work) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ < 0) throw std::runtime_error("no child process");
    if (process_ == 0) {
      ::close(ends[0]);
      run(work, ends[1]);
    }
    ::close(ends[1]);
    read_end_ = ends[0];
  }
  ~ChildProcess() {
    if (read_end_ >= 0) ::close(read_end_);
    if (process_ > 0) kill();
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// The next line; empty when the child has closed its end. The pipe keeps what a killed child had written.
  std::string line() {
    std::string text;
    for (char c = 0; ::read(read_end_, &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }
  void kill() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }

 private:
  [[noreturn]] static void run(const std::function<void(const Report&)>& work, int write_end) {
    const auto report = [&](const std::string& text) {
      const auto line = text + "\n";
      if (::write(write_end, line.data(), line.size()) != ssize_t(line.size())) ::_exit(1);
    };
    try {
      work(report);
    } catch (const std::exception& exception) {
      report(std::string("exception: ") + exception.what());
    }
    ::_exit(0);
  }

  pid_t process_ = -1;
  int read_end_ = -1;
};

}  // namespace synergy::store::testing
