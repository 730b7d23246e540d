#include "synergy/client/topic_message.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "synergy/client/topic_names.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/run.hpp"

namespace synergy::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const schemas::MessageInfo& info(std::string_view name) {
  const auto& all = schemas::catalogue();
  return *std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
}

std::string refusal(std::string_view topic, std::string_view json, const std::string& name = {}) {
  const auto message = read_topic_message(topic, json, name);
  return message ? std::string("no error") : message.error().message;
}

TEST(TopicMessage, ABodyThatFitsIsReadAndSealedAsTheMessage) {
  const auto read = read_topic_message("cmd/dispatcher", R"({"app": "digits"})", "app.stop");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->is_command());
  schemas::Envelope envelope;
  envelope.sender = "me";
  const auto bytes = seal(envelope, *read);
  const auto opened = schemas::open(bytes, [](const schemas::Envelope& got, schemas::Node body) -> Status {
    EXPECT_EQ(got.sender, "me");
    if (auto status = schemas::check_readable<schemas::AppStop>(got); !status) return status;
    schemas::AppStop stop;
    if (auto status = schemas::decode(body, stop); !status) return status;
    EXPECT_EQ(stop.app, AppId("digits"));
    return {};
  });
  EXPECT_TRUE(opened) << opened.error().message;
}

TEST(TopicMessage, ALineOfTopicEchoIsOneToo) {
  schemas::Envelope envelope;
  envelope.sender = "someone";
  schemas::AppStop stop;
  stop.app = AppId("digits");
  const auto line =
      R"({"topic":"cmd/dispatcher",)" + schemas::message_to_json(schemas::seal(envelope, stop))->substr(1);
  const auto read = read_topic_message("cmd/dispatcher", line, {});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->info->name, "app.stop");
  EXPECT_THAT(refusal("cmd/monitor", line),
              HasSubstr("echoed from 'cmd/dispatcher', not from 'cmd/monitor'"));
  EXPECT_THAT(refusal("cmd/dispatcher", line, "app.submit"), HasSubstr("--message says 'app.submit'"));
}

TEST(TopicMessage, NoBodyCouldBeTakenForALineOfTopicEcho) {
  for (const auto& one : schemas::catalogue()) {
    const auto has = [&](std::string_view name) {
      return std::any_of(one.body->fields.begin(), one.body->fields.end(),
                         [&](const auto& field) { return field.name == name; });
    };
    EXPECT_FALSE(has("schema") && has("body")) << one.name;
  }
}

TEST(TopicMessage, WhatDoesNotFitIsRefusedWithTheFieldAndWhatToDo) {
  EXPECT_THAT(refusal("cmd/dispatcher", R"({"ap": "digits"})", "app.stop"),
              AllOf(HasSubstr("app.stop"), HasSubstr("'ap'"), HasSubstr("synergy schema")));
  EXPECT_THAT(refusal("cmd/dispatcher", R"({"app": 7})", "app.stop"), HasSubstr("app"));
  EXPECT_THAT(refusal("cmd/dispatcher", R"({})", "app.stop"), HasSubstr("app"));
  EXPECT_THAT(refusal("cmd/monitor", R"({"battery_percent": 101})"), HasSubstr("battery_percent"));
  EXPECT_THAT(refusal("cmd/dispatcher", "[1]", "app.stop"), HasSubstr("an object"));
  EXPECT_THAT(refusal("cmd/dispatcher", "{", "app.stop"), HasSubstr("not JSON"));
  EXPECT_THAT(refusal("run/ring", R"({"data": "x"})", "tensor"), HasSubstr("bytes, which JSON can not say"));
}

TEST(TopicMessage, ATopicWithoutMessagesAndOneWithSeveralAreTold) {
  EXPECT_THAT(refusal("weather", "{}"), AllOf(HasSubstr("'weather'"), HasSubstr("event/result/APP")));
  EXPECT_THAT(refusal("cmd/dispatcher", "{}"), AllOf(HasSubstr("--message"), HasSubstr("app.submit")));
  EXPECT_THAT(refusal("cmd/dispatcher", "{}", "app.stip"), HasSubstr("did you mean 'app.stop'?"));
  EXPECT_THAT(refusal("cmd/monitor", "{}", "app.stop"), HasSubstr("'cmd/monitor'"));
}

TEST(TopicMessage, WhatBelongsToAProcessIsRefusedToOthers) {
  EXPECT_THAT(check_may_send("state/plan", info("plan")).error().message, HasSubstr("from dispatcher only"));
  EXPECT_THAT(check_may_send("event/result/a", info("run.result")).error().message,
              HasSubstr("from an executor only"));
  EXPECT_FALSE(check_may_send("health/monitor", info("health")));
  EXPECT_FALSE(check_may_send("cmd/store", info("store.runs")));
  EXPECT_TRUE(check_may_send("cmd/dispatcher", info("app.submit")));
  EXPECT_TRUE(check_may_send("run/ring", info("run.grant")));
}

TEST(TopicMessage, WhatTheMeshOffersToEverybodyIsNotDangerousAndAllElseIs) {
  for (const auto* name :
       {"app.submit", "app.stop", "plan.again", "body.change", "store.query_runs", "tasks.query"})
    EXPECT_EQ(danger_of(info(name)), "") << name;
  for (const auto* name : {"run.grant", "run.skip", "tensor.taken", "deploy", "accelerator.do", "plan.make"})
    EXPECT_NE(danger_of(info(name)), "") << name;
  // A question changes nothing, and no other message is called so.
  for (const auto& one : schemas::catalogue()) {
    if (one.name.find("query") != std::string::npos) {
      EXPECT_EQ(danger_of(one), "") << one.name;
    }
    if (!one.topic.empty() && one.reply.empty()) {
      EXPECT_NE(danger_of(one), "") << one.name;
    }
  }
}

}  // namespace
}  // namespace synergy::client
