// What runs, and how it is: each fault is judged, with what to do.
#include "synergy/doctor/mesh.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "temporary_folder.hpp"

namespace synergy::doctor_test {
namespace {

using doctor::Finding;
using doctor::Heard;
using doctor::Past;
using doctor::Seen;
using doctor::Verdict;
using ::testing::HasSubstr;

Seen seen(const std::string& name, pid_t pid) {
  return {name, pid, name == "supervisord" ? "python3.11" : "synergy-x", false, false};
}
const std::vector<Seen> kWhole{seen("broker", 2), seen("executor/ring", 3), seen("supervisord", 1)};
const std::vector<std::string> kExpected{"broker", "executor/ring"};

Finding only(const std::vector<Finding>& found) {
  EXPECT_EQ(found.size(), 1u);
  for (const auto& one : found) EXPECT_EQ(one.verdict == Verdict::kOk, one.remedy.empty()) << one.says;
  return found.at(0);
}

TEST(Processes, OfAWholeMeshAreFineAndSoAreNone) {
  EXPECT_EQ(only(doctor::judge_processes(kWhole, kExpected, {})).says, "3 run, each once");
  EXPECT_EQ(only(doctor::judge_processes({}, kExpected, {})).says, "no mesh runs here");
}

TEST(Processes, WithoutTheirSupervisorAreAProblem) {
  auto running = kWhole;
  running.pop_back();
  const auto found = only(doctor::judge_processes(running, kExpected, {}));
  EXPECT_EQ(found.verdict, Verdict::kProblem);
  EXPECT_THAT(found.says, HasSubstr("without their supervisor"));
  EXPECT_THAT(found.remedy, HasSubstr("mesh down"));
}

TEST(Processes, ThatAreMissingAreAProblemUnlessTheirDeviceLeft) {
  const std::vector<Seen> running{seen("broker", 2), seen("supervisord", 1)};
  Past past;
  past.fates["executor/ring"].last_exit = "exit status 5; not expected";
  const auto found = only(doctor::judge_processes(running, kExpected, past));
  EXPECT_EQ(found.verdict, Verdict::kProblem);
  EXPECT_EQ(found.says, "executor/ring does not run (exit status 5; not expected)");
  past.fates["executor/ring"].left = true;
  EXPECT_THAT(only(doctor::judge_processes(running, kExpected, past)).says, HasSubstr("1 left on purpose"));
  past.fates["planner"].left = true;
  EXPECT_EQ(only(doctor::judge_processes(kWhole, {"broker", "planner"}, past)).says,
            "planner does not run (it was stopped)");
}

TEST(Processes, OfTwoMeshesInOneFolderAreAProblem) {
  auto running = kWhole;
  running.insert(running.begin() + 1, seen("broker", 9));
  const auto found = only(doctor::judge_processes(running, kExpected, {}));
  EXPECT_EQ(found.verdict, Verdict::kProblem);
  EXPECT_THAT(found.says, HasSubstr("two meshes run in this folder: there are two of broker (2, 9)"));
}

TEST(Processes, OfAnOlderBuildAreAWarning) {
  auto running = kWhole;
  running[0].outdated = true;
  const auto found = only(doctor::judge_processes(running, kExpected, {}));
  EXPECT_EQ(found.verdict, Verdict::kWarning);
  EXPECT_THAT(found.says, HasSubstr("broker (2) runs a program that was built anew"));
}

/// A child that waits, of a program that is a copy of /bin/sleep.
class Child {
 public:
  /// Returns when the child runs the program: its end of the pipe closes with that, and not before.
  explicit Child(const std::filesystem::path& program) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::execl(program.c_str(), program.c_str(), "1000", nullptr);
      ::_exit(1);
    }
    ::close(ends[1]);
    char none = 0;
    EXPECT_EQ(::read(ends[0], &none, 1), 0);
    ::close(ends[0]);
    std::error_code failure;
    EXPECT_EQ(std::filesystem::read_symlink("/proc/" + std::to_string(pid_) + "/exe", failure), program);
  }
  ~Child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  void stop() const {
    ::kill(pid_, SIGSTOP);
    int status = 0;
    EXPECT_EQ(::waitpid(pid_, &status, WUNTRACED), pid_);
  }
  [[nodiscard]] Seen look() const { return doctor::look_at({"executor/ring", pid_}); }

 private:
  pid_t pid_ = -1;
};

TEST(LookAt, SeesThatAProcessIsStoppedAndThatItsProgramIsGone) {
  const test_support::TemporaryFolder place;
  const auto program = std::filesystem::canonical(place.path()) / "synergy-x (1) T";
  std::filesystem::copy_file(std::filesystem::canonical("/bin/sleep"), program);
  const Child child(program);
  EXPECT_FALSE(child.look().stopped);
  EXPECT_FALSE(child.look().outdated);
  EXPECT_EQ(child.look().program, "synergy-x (1) T");
  child.stop();
  EXPECT_TRUE(child.look().stopped);
  const auto found = doctor::judge_processes({child.look(), seen("supervisord", 1)}, {}, {});
  EXPECT_THAT(only(found).remedy, HasSubstr("kill -CONT"));
  std::filesystem::remove(program);
  EXPECT_TRUE(child.look().outdated);
  EXPECT_EQ(child.look().program, "synergy-x (1) T");
}

TEST(LookAt, AStrangerThatHoldsALockIsAProblem) {
  const test_support::TemporaryFolder place;
  const auto program = std::filesystem::canonical(place.path()) / "sleep";
  std::filesystem::copy_file(std::filesystem::canonical("/bin/sleep"), program);
  const Child child(program);
  const auto found = only(doctor::judge_processes({child.look(), seen("supervisord", 1)}, {}, {}));
  EXPECT_EQ(found.verdict, Verdict::kProblem);
  EXPECT_THAT(found.says, HasSubstr("the lock of executor/ring is held by process"));
  EXPECT_THAT(found.says, HasSubstr("('sleep'), which is no program of the mesh"));
}

TEST(Leftovers, AreFilesOfProcessesThatDoNotRun) {
  const test_support::TemporaryFolder place;
  for (const char* file : {"bus.publish", "gateway.url", "mesh.db", "broker.lock"}) place.write(file, "");
  const auto found = only(doctor::check_leftovers(place.path(), {}));
  EXPECT_EQ(found.verdict, Verdict::kWarning);
  EXPECT_EQ(found.says,
            "bus.publish, gateway.url: of processes that do not run (broker, gateway), which were killed");
  EXPECT_EQ(only(doctor::check_leftovers(place.path(), {seen("broker", 1), seen("gateway", 2)})).verdict,
            Verdict::kOk);
}

TEST(Expected, AreTheProgramsOfTheConfiguration) {
  const test_support::TemporaryFolder place;
  EXPECT_TRUE(doctor::expected_in(place.path()).empty());
  place.write("supervisord.conf", "[supervisord]\n[program:broker]\ncommand=x\n[program:executor-ring]\n");
  EXPECT_EQ(doctor::expected_in(place.path()), kExpected);
}

TEST(Health, OfWhoIsSilentInTroubleOrNotReadyIsAProblem) {
  const auto judged = [](const std::optional<schemas::Health>& health) {
    Heard heard;
    if (health) heard.health["broker"] = *health;
    return only(doctor::judge_health({seen("broker", 2), seen("supervisord", 1)}, heard));
  };
  schemas::Health health;
  health.process = "broker";
  health.state = schemas::LifeCycle::kReady;
  EXPECT_EQ(judged(health).verdict, Verdict::kOk);
  health.note = "keeps nothing";
  health.counters[schemas::kTroubleCounter] = 1;
  EXPECT_EQ(judged(health).says, "broker is in trouble: keeps nothing");
  EXPECT_EQ(judged(health).verdict, Verdict::kProblem);
  health.counters.clear();
  health.state = schemas::LifeCycle::kStarting;
  health.note = "the store";
  EXPECT_EQ(judged(health).says, "broker is not ready: starting, waits for the store");
  EXPECT_EQ(judged(std::nullopt).verdict, Verdict::kProblem);
  EXPECT_THAT(judged(std::nullopt).says, HasSubstr("broker (2) runs and says nothing"));
  EXPECT_THAT(only(doctor::judge_health(kWhole, Error{ErrorCode::kUnavailable, "no broker"})).says,
              HasSubstr("nobody answers on the bus"));
}

TEST(Lag, AboveWhatPeopleCanBearIsAWarning) {
  schemas::MeshUse use;
  use.lag_p99_us = 99'000;
  EXPECT_EQ(doctor::judge_lag(use).verdict, Verdict::kOk);
  use.lag_p99_us = 101'000;
  EXPECT_EQ(doctor::judge_lag(use).verdict, Verdict::kWarning);
  EXPECT_THAT(doctor::judge_lag(use).says, HasSubstr("101.0 ms behind"));
  EXPECT_EQ(doctor::judge_lag({}).verdict, Verdict::kWarning);
}

}  // namespace
}  // namespace synergy::doctor_test
