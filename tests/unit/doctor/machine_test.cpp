// Faults of a machine: made for real where a test can, judged from figures where it can not.
#include "synergy/doctor/machine.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "temporary_folder.hpp"

namespace synergy::doctor_test {
namespace {

using doctor::Finding;
using doctor::Verdict;
using ::testing::HasSubstr;

TEST(RunFolder, ThatCanBeWrittenOrMadeIsFine) {
  const test_support::TemporaryFolder place;
  EXPECT_EQ(doctor::check_run_folder(place.path()).at(0).verdict, Verdict::kOk);
  const auto none = doctor::check_run_folder(place / "not/yet").at(0);
  EXPECT_EQ(none.verdict, Verdict::kOk);
  EXPECT_THAT(none.says, HasSubstr("not there yet"));
  EXPECT_FALSE(std::filesystem::exists(place / "not")) << "nothing is changed";
  EXPECT_TRUE(std::filesystem::is_empty(place.path()));
}

TEST(RunFolder, ThatNoMeshCanUseIsAProblemWithARemedy) {
  const test_support::TemporaryFolder place;
  const auto file = place.write("file", "");
  const auto problem = [](const std::filesystem::path& folder) {
    const auto found = doctor::check_run_folder(folder);
    EXPECT_EQ(found.size(), 1u);
    EXPECT_EQ(found.at(0).verdict, Verdict::kProblem);
    EXPECT_FALSE(found.at(0).remedy.empty());
    return found.at(0).says;
  };
  EXPECT_THAT(problem(file), HasSubstr("is no folder"));
  EXPECT_THAT(problem(place / std::string(100, 'x')), HasSubstr("too long for sockets"));
  EXPECT_THAT(problem(place / "two\nlines"), HasSubstr("control characters"));
  EXPECT_THAT(problem("/proc/self"),
              ::testing::AnyOf(HasSubstr("can not"), HasSubstr("no file"), HasSubstr("another user")));
}

TEST(Disks, OfFoldersThatAreNotThereYetAreThoseAboveThem) {
  const test_support::TemporaryFolder place;
  const auto found = doctor::check_disks(place / "a/b", place / "c/mesh.db");
  ASSERT_EQ(found.size(), 1u) << "it is the same one";
  EXPECT_THAT(found[0].says, HasSubstr("MiB are left"));
  EXPECT_EQ(doctor::check_disks(place.path(), "/proc/mesh.db").size(), 2u);
}

TEST(OpenFiles, AreJudgedByThisProcessesLimit) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const auto verdict_at = [&](rlim_t files) {
    const rlimit limit{std::min(files, before.rlim_max), before.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    const auto found = doctor::check_open_files();
    EXPECT_EQ(found.verdict == Verdict::kOk, found.remedy.empty());
    return found.verdict;
  };
  EXPECT_EQ(verdict_at(64), Verdict::kProblem);
  EXPECT_EQ(verdict_at(512), Verdict::kWarning);
  EXPECT_EQ(verdict_at(1024), Verdict::kOk);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(Memory, IsJudgedByWhatIsFree) {
  EXPECT_EQ(doctor::judge(doctor::Memory{63ULL << 20}).verdict, Verdict::kProblem);
  EXPECT_EQ(doctor::judge(doctor::Memory{64ULL << 20}).verdict, Verdict::kWarning);
  EXPECT_EQ(doctor::judge(doctor::Memory{256ULL << 20}).verdict, Verdict::kOk);
  EXPECT_EQ(doctor::judge(std::optional<doctor::Memory>()).verdict, Verdict::kOk);
  const auto here = doctor::memory_of_host();
  ASSERT_TRUE(here);
  EXPECT_GT(here->available_bytes, 1ULL << 20);
}

TEST(Load, OfMoreThanTwiceTheProcessorsIsAWarning) {
  EXPECT_EQ(doctor::judge(doctor::Load{4, 2}).verdict, Verdict::kOk);
  const auto much = doctor::judge(doctor::Load{4.5, 2});
  EXPECT_EQ(much.verdict, Verdict::kWarning);
  EXPECT_EQ(much.says, "4.5 processes run or wait for 2 processors");
  EXPECT_THAT(much.remedy, HasSubstr("--time-scale"));
  EXPECT_TRUE(doctor::load_of_host());
}

/// A program that listens at a port of 127.0.0.1.
class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
    EXPECT_EQ(::listen(fd_, 1), 0);
    socklen_t size = sizeof place;
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&place), &size), 0);
    port_ = std::to_string(ntohs(place.sin_port));
  }
  ~Listener() { end(); }
  void end() { ::close(std::exchange(fd_, -1)); }
  [[nodiscard]] const std::string& port() const { return port_; }

 private:
  int fd_;
  std::string port_;
};

TEST(Port, ThatAnotherProgramHasIsAProblemWhereItWasAskedFor) {
  const test_support::TemporaryFolder place;
  Listener listener;
  const auto taken = doctor::check_port("127.0.0.1:" + listener.port(), false, place.path());
  EXPECT_EQ(taken.verdict, Verdict::kProblem);
  EXPECT_THAT(taken.says, HasSubstr(listener.port() + " can not be had (another program has it)"));
  EXPECT_EQ(doctor::check_port("127.0.0.1:" + listener.port(), true, place.path()).verdict, Verdict::kOk)
      << "the gateway itself has it";
  listener.end();
  EXPECT_EQ(doctor::check_port("127.0.0.1:" + listener.port(), false, place.path()).verdict, Verdict::kOk);
  EXPECT_EQ(doctor::check_port("127.0.0.1:99999999", false, place.path()).verdict, Verdict::kProblem);
}

}  // namespace
}  // namespace synergy::doctor_test
