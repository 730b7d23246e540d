// The table of processes: that it is consistent, and that README and script know what it says.
#include "synergy/schemas/roster.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::schemas {
namespace {

std::string read(const std::string& file) {
  std::ifstream in(std::string(SYNERGY_SOURCE_DIR) + "/" + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Roster, AProcessStartsAfterThoseItNeeds) {
  std::set<std::string_view> before;
  int order = 0;
  for (const auto& kind : roster()) {
    EXPECT_GE(kind.start_order, order) << kind.name;
    order = kind.start_order;
    for (const auto& other : kind.after) EXPECT_TRUE(before.contains(other)) << kind.name << ", " << other;
    EXPECT_TRUE(before.insert(kind.name).second) << kind.name;
  }
}

TEST(Roster, EveryStateAndEventHasItsOwner) {
  for (const auto& message : catalogue()) {
    const auto owner = owner_of_topic(message.topic);
    const auto topic_class = class_of(message.topic);
    if (topic_class == TopicClass::kState || topic_class == TopicClass::kEvent) {
      EXPECT_NE(find_kind(owner), nullptr) << message.topic;
    } else {
      EXPECT_EQ(find_kind(owner), nullptr) << message.topic;
    }
  }
}

TEST(Roster, WhatAProcessAloneMaySendIsAMessage) {
  for (const auto& kind : roster())
    for (const auto& name : kind.commands) {
      const auto& all = catalogue();
      EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.name == name; }))
          << name;
      EXPECT_EQ(owner_of_command(name), kind.name);
    }
  EXPECT_EQ(owner_of_command("app.submit"), "");
}

TEST(Roster, EveryCommandGoesToAProcessOfTheMesh) {
  for (const auto& message : catalogue()) {
    if (class_of(message.topic) != TopicClass::kCommand) continue;
    EXPECT_NE(find_kind(std::string_view(message.topic).substr(4)), nullptr) << message.topic;
  }
}

TEST(Roster, ProcessesOfDevicesBearTheirName) {
  const DeviceId ring("ring");
  EXPECT_EQ(process::of_device(process::kExecutor, ring), "executor/ring");
  EXPECT_EQ(process::device_in("executor/ring", process::kExecutor), ring);
  EXPECT_EQ(process::device_in("accelerator/ring", process::kExecutor), std::nullopt);
  EXPECT_EQ(process::device_in("executor", process::kExecutor), std::nullopt);
  EXPECT_EQ(process::word_of(process::kExecutor), "executor");
  EXPECT_EQ(process::word_of(process::kPlanner), "planner");
  EXPECT_EQ(find_kind("executor/ring")->program, "synergy-executor");
  EXPECT_EQ(find_kind("planner")->program, "synergy-planner");
  for (const auto* stranger : {"", "plan", "planner/ring", "executor", "cli"})
    EXPECT_EQ(find_kind(stranger), nullptr) << stranger;
}

TEST(Roster, TheReadmeHasALineForEveryProcess) {
  const auto readme = read("services/README.md");
  for (const auto& kind : roster()) {
    const auto name = std::string(kind.name) + (kind.is_of_device() ? "DEVICE" : "");
    EXPECT_NE(readme.find("| " + name + " | `" + std::string(kind.program) + "`"), std::string::npos) << name;
    for (const auto& topic : kind.topics) {
      EXPECT_NE(readme.find("`" + std::string(topic)), std::string::npos) << topic;
    }
  }
}

TEST(Roster, EveryProcessHasAPage) {
  const auto readme = read("services/README.md");
  for (const auto& kind : roster()) {
    const auto folder = std::string(kind.program).substr(std::string("synergy-").size());
    const auto is_service = read("services/" + folder + "/README.md") != "";
    const auto page = folder + "/README.md";
    EXPECT_TRUE(is_service || read(page) != "") << "no page " << page;
    EXPECT_NE(readme.find("`" + page + "`"), std::string::npos)
        << page << " is not named in services/README.md";
  }
}

}  // namespace
}  // namespace synergy::schemas
