#include "synergy/client/topic_names.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace synergy::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

LiveNames some_names() {
  return {{"digits", "faces"}, {"glasses"}, {"digits"}, {"executor/glasses", "monitor"}};
}

const TopicRow* find(const TopicList& list, const std::string& topic) {
  const auto found = std::find_if(list.topics.begin(), list.topics.end(),
                                  [&](const auto& row) { return row.topic == topic; });
  return found == list.topics.end() ? nullptr : &*found;
}

TEST(TopicNames, EachNameOfTheMeshStandsForItsWordInCapitals) {
  const auto list = topics_of(some_names());
  for (const auto* topic : {"event/result/digits", "event/failed/faces", "run/glasses",
                            "cmd/executor/glasses", "cmd/accelerator/glasses", "health/monitor",
                            "health/executor/glasses", "state/plan", "cmd/dispatcher"})
    EXPECT_NE(find(list, topic), nullptr) << topic;
  for (const auto& row : list.topics) {
    EXPECT_TRUE(std::none_of(row.topic.begin(), row.topic.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
        << row.topic;
    EXPECT_FALSE(messages_on(row.topic).empty()) << row.topic;
  }
  EXPECT_TRUE(std::is_sorted(list.topics.begin(), list.topics.end(),
                             [](const auto& a, const auto& b) { return a.topic < b.topic; }));
}

TEST(TopicNames, APatternStandsForEveryTopicOfTheCatalogue) {
  const auto list = topic_patterns();
  for (const auto& info : schemas::catalogue()) {
    if (info.topic.empty()) continue;
    const auto* row = find(list, info.topic);
    ASSERT_NE(row, nullptr) << info.topic;
    EXPECT_THAT(row->messages, testing::Contains(info.name));
  }
}

TEST(TopicNames, ARowSaysWhoPublishesAndWhoAnswers) {
  const auto list = topics_of(some_names());
  EXPECT_EQ(find(list, "state/plan")->published_by, "dispatcher");
  EXPECT_EQ(find(list, "event/result/digits")->published_by, "executor/*");
  EXPECT_EQ(find(list, "health/monitor")->published_by, "monitor");
  EXPECT_EQ(find(list, "run/glasses")->published_by, "");
  EXPECT_EQ(find(list, "cmd/executor/glasses")->answered_by, "executor/glasses");
  EXPECT_THAT(topics_table(list), HasSubstr("cmd/executor/glasses"));
}

TEST(TopicNames, MessagesAreFoundByTheWholeTopic) {
  const auto names = [](std::string_view topic) {
    std::vector<std::string> all;
    for (const auto* info : messages_on(topic)) all.push_back(info->name);
    return all;
  };
  EXPECT_THAT(names("state/plan"), ElementsAre("plan"));
  EXPECT_THAT(names("event/result/digits"), ElementsAre("run.result"));
  EXPECT_THAT(names("health/executor/glasses"), ElementsAre("health"));
  EXPECT_THAT(names("cmd/dispatcher"), testing::IsSupersetOf({"app.submit", "app.stop"}));
  EXPECT_THAT(names("state/plan2"), IsEmpty());
  EXPECT_THAT(names("event/result/"), IsEmpty());
  EXPECT_THAT(names("event/result/a/b"), IsEmpty());
  EXPECT_THAT(names("event/"), IsEmpty());
  EXPECT_THAT(names(""), IsEmpty());
}

TEST(TopicNames, APatternFitsABeginningAndAStarOnePart) {
  EXPECT_TRUE(fits("state/plan", ""));
  EXPECT_TRUE(fits("state/plan", "state/"));
  EXPECT_TRUE(fits("state/plan", "state/pl"));
  EXPECT_FALSE(fits("state/plan", "event/"));
  EXPECT_TRUE(fits("event/result/digits", "event/*/digits"));
  EXPECT_TRUE(fits("event/result/digits", "event/*/dig"));
  EXPECT_FALSE(fits("event/result/faces", "event/*/digits"));
  EXPECT_TRUE(fits("health/monitor", "health/*"));
  EXPECT_FALSE(fits("health/executor/ring", "health/*"));
  EXPECT_TRUE(fits("health/executor/ring", "health/executor/*"));
  EXPECT_TRUE(fits("health/executor/ring", "health/exe*/r*"));
  EXPECT_FALSE(fits("health", "health/*"));
}

TEST(TopicNames, TheBusIsAskedForWhatStandsBeforeTheFirstStar) {
  EXPECT_EQ(beginning_of("event/*/digits"), "event/");
  EXPECT_EQ(beginning_of("state/"), "state/");
  EXPECT_EQ(beginning_of("*"), "");
}

}  // namespace
}  // namespace synergy::client
