// A run folder whose logs the test writes, as supervisord does.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "synergy/logs/merge.hpp"
#include "temporary_folder.hpp"

namespace synergy::logs_test {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LogsTest : public ::testing::Test {
 protected:
  /// A line of our form, that many milliseconds after a point of time.
  static std::string line(int ms, const std::string& process, const std::string& event = "tick") {
    return log_time(moment(ms)) + " info  " + process + " " + event + "\n";
  }
  static UnixTime moment(int ms) { return UnixTime(1'772'375'400s + std::chrono::milliseconds(ms)); }

  [[nodiscard]] std::filesystem::path file(const std::string& log) const {
    return logs::newest_file(run_.path(), log);
  }
  void append(const std::string& log, const std::string& text) const {
    std::filesystem::create_directories(file(log).parent_path());
    std::ofstream(file(log), std::ios::binary | std::ios::app) << text;
  }
  /// The file is full: it becomes `.1`, that one `.2`.
  void turn(const std::string& log) const {
    const auto old = [&](const char* ending) { return file(log).string() + ending; };
    if (std::filesystem::exists(old(".1"))) std::filesystem::rename(old(".1"), old(".2"));
    std::filesystem::rename(file(log), old(".1"));
    append(log, "");
  }
  /// The next `deploy/mesh up`.
  void begin_life() const {
    std::filesystem::remove_all(run_ / "logs.2");
    if (std::filesystem::exists(run_ / "logs.1")) std::filesystem::rename(run_ / "logs.1", run_ / "logs.2");
    std::filesystem::rename(run_ / "logs", run_ / "logs.1");
    std::filesystem::create_directory(run_ / "logs");
  }

  test_support::TemporaryFolder run_;
  ManualClock clock_;
};

/// `EVENT of PROCESS`, or the words.
inline std::string brief(const logs::Entry& entry) {
  return (entry.line ? entry.line->event : entry.text) + " of " + entry.process;
}

}  // namespace synergy::logs_test
