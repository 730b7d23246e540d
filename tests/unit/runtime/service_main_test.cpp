// The main of every service, as a process of its own: what it says on the bus, and the code it ends with.
#include "synergy/runtime/service_main.hpp"

#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "bus_fixture.hpp"
#include "child_process.hpp"
#include "synergy/runtime/exit_code.hpp"

namespace synergy::runtime {
namespace {

using namespace std::chrono_literals;
using Compose = std::function<Status(Context&)>;

class ServiceMainTest : public ::testing::Test {
 protected:
  ServiceMainTest() {
    ::unsetenv("SYNERGY_RUN_DIR");
    ::unsetenv("SYNERGY_LOG_LEVEL");
  }

  /// Runs service_main with these flags; to be called in a child process.
  static int run(std::vector<std::string> flags, const Compose& compose, const ServiceInfo& info) {
    flags.insert(flags.begin(), "synergy-probe");
    std::vector<char*> arguments;
    for (auto& flag : flags) arguments.push_back(flag.data());
    return service_main(
        int(arguments.size()), arguments.data(), info, [](Options&) {}, compose);
  }
  int exit_code(const std::vector<std::string>& flags, const Compose& compose,
                const ServiceInfo& info = kProbe) {
    return test_support::ChildProcess(folder_ / "output", [&] { return run(flags, compose, info); }).wait();
  }
  int exit_code(const Compose& compose) { return exit_code({"--run-dir", run_dir()}, compose); }

  [[nodiscard]] std::string run_dir() const { return (folder_ / "run").string(); }
  [[nodiscard]] std::string output() const {
    std::ifstream file(folder_ / "output");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  inline static const ServiceInfo kProbe{"probe", "A service of the tests."};
  test_support::TemporaryFolder folder_;
};

TEST_F(ServiceMainTest, StoppedByASignalItSaysSoOnTheBusAndEndsWell) {
  test_support::ChildProcess service(folder_ / "output", [&] {
    return run(
        {"--run-dir", run_dir()},
        [](Context& context) {
          context.ready();
          return context.run();
        },
        kProbe);
  });
  ASSERT_TRUE(RunFolder::open(run_dir()));
  const auto endpoints = bus::Endpoints::in(run_dir());
  auto forwarder = bus::Forwarder::bind(endpoints);
  ASSERT_TRUE(forwarder) << forwarder.error().message;
  bus::RawSubscriber listener(endpoints, "health/probe");

  std::vector<schemas::Health> heard;
  const auto hear_until = [&](schemas::LifeCycle state) {
    const auto start = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - start < 30s) {
      if (const auto packet = listener.receive())
        heard.push_back(bus::message_of<schemas::Health>(*packet));
      else
        std::this_thread::yield();
      if (!heard.empty() && heard.back().state == state) return true;
    }
    return false;
  };
  ASSERT_TRUE(hear_until(schemas::LifeCycle::kReady)) << output();
  EXPECT_EQ(heard.back().pid, service.pid());
  service.signal(SIGTERM);
  ASSERT_TRUE(hear_until(schemas::LifeCycle::kStopped)) << output();
  EXPECT_EQ(service.wait(), 0);
  EXPECT_NE(output().find("probe start version="), std::string::npos) << output();
  EXPECT_NE(output().find("probe stop\n"), std::string::npos) << output();
}

TEST_F(ServiceMainTest, AnInterruptFromTheKeyboardEndsItWellToo) {
  EXPECT_EQ(exit_code([](Context& context) {
              context.at(context.clock().monotonic(), [] { ::kill(::getpid(), SIGINT); });
              return context.run();
            }),
            0);
}

TEST_F(ServiceMainTest, AWrongFlagOrAMissingRunFolderIsAUsageError) {
  const auto never = [](Context&) -> Status { return Error{ErrorCode::kInternal, "composed"}; };
  EXPECT_EQ(exit_code({"--run-dir", run_dir(), "--colour"}, never), 2);
  EXPECT_EQ(exit_code({}, never), 2);
  EXPECT_NE(output().find("--run-dir"), std::string::npos) << output();
}

TEST_F(ServiceMainTest, HelpEndsWellAndComposesNothing) {
  EXPECT_EQ(exit_code({"--help"},
                      [](Context&) -> Status {
                        return Error{ErrorCode::kInternal, "composed"};
                      }),
            0);
  EXPECT_NE(output().find("A service of the tests."), std::string::npos) << output();
  EXPECT_FALSE(std::filesystem::exists(run_dir()));
}

TEST_F(ServiceMainTest, TheEnvironmentMayNameTheRunFolder) {
  ::setenv("SYNERGY_RUN_DIR", run_dir().c_str(), 1);
  EXPECT_EQ(exit_code({}, [](Context&) -> Status { return {}; }), 0);
  ::unsetenv("SYNERGY_RUN_DIR");
  EXPECT_TRUE(std::filesystem::exists(run_dir()));
}

TEST_F(ServiceMainTest, AnErrorOfTheCompositionIsLoggedOnceAndDecidesTheExitCode) {
  EXPECT_EQ(exit_code([](Context&) -> Status { return Error{ErrorCode::kNotFound, "no body file"}; }), 3);
  const auto text = output();
  EXPECT_NE(text.find("probe stop error=\"no body file\" code=not_found"), std::string::npos) << text;
  EXPECT_EQ(text.find("no body file"), text.rfind("no body file")) << text;
}

TEST_F(ServiceMainTest, AnExceptionIsABugAndEndsWithItsOwnCode) {
  EXPECT_EQ(exit_code([](Context&) -> Status { throw std::runtime_error("a bug"); }), 70);
  EXPECT_NE(output().find("code=internal"), std::string::npos) << output();
}

TEST_F(ServiceMainTest, WhatMustBeThereBeforeTheBusMayFail) {
  ServiceInfo info = kProbe;
  info.before_bus = [](const RunFolder&) -> Status {
    return Error{ErrorCode::kEnvironment, "the address is taken"};
  };
  const auto never = [](Context&) -> Status { return {}; };
  EXPECT_EQ(exit_code({"--run-dir", run_dir()}, never, info), 4);
}

TEST_F(ServiceMainTest, ARunFolderThatCanNotBeMadeIsAnEnvironmentFailure) {
  const auto file = folder_.write("file", "");
  EXPECT_EQ(exit_code({"--run-dir", file.string()}, [](Context&) -> Status { return {}; }), 4);
}

TEST_F(ServiceMainTest, ARunFolderWithTooLongAPathIsAnEnvironmentFailure) {
  const auto path = (folder_ / std::string(100, 'a')).string();
  EXPECT_EQ(exit_code({"--run-dir", path}, [](Context&) -> Status { return {}; }), 4);
  EXPECT_NE(output().find("use a shorter run directory"), std::string::npos) << output();
}

TEST_F(ServiceMainTest, ASecondProcessOfTheSameNameIsRefused) {
  const auto run_folder = RunFolder::open(run_dir());
  ASSERT_TRUE(run_folder);
  const auto lock = ProcessLock::take(*run_folder, "executor/ring");
  ASSERT_TRUE(lock);
  ServiceInfo info = kProbe;
  info.process = [] { return "executor/ring"; };
  EXPECT_EQ(exit_code(
                {"--run-dir", run_dir()}, [](Context&) -> Status { return {}; }, info),
            1);
  EXPECT_NE(output().find("runs already"), std::string::npos) << output();
}

}  // namespace
}  // namespace synergy::runtime
