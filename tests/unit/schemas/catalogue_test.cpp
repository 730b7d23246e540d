// The list of all messages: its tables, its JSON, and the README that shows it.
#include "synergy/schemas/catalogue.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "samples.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::schemas_test {
namespace {

TEST(Catalogue, TheDocumentationHasATableForEveryMessageWithEveryField) {
  const auto text = catalogue_markdown();
  for (const auto& info : catalogue()) {
    const auto heading = text.find("\n#### `" + info.name + "` version " + std::to_string(info.version));
    ASSERT_NE(heading, std::string::npos) << info.name;
    const auto section = text.substr(heading, text.find("\n#### ", heading + 1) - heading);
    for (const auto& field : info.body->fields) {
      const auto* presence = field.presence == Presence::kRequired ? "` |" : "` (optional) |";
      EXPECT_NE(section.find("| `" + std::string(field.name) + presence), std::string::npos)
          << info.name << "." << field.name;
      EXPECT_FALSE(field.about.empty()) << info.name << "." << field.name;
    }
    if (!info.reply.empty()) {
      EXPECT_NE(section.find("answered by `" + info.reply + "`"), std::string::npos) << info.name;
    }
  }
}

TEST(Catalogue, EveryAnswerIsAMessageOfTheCatalogue) {
  std::set<std::string> names;
  for (const auto& info : catalogue()) names.insert(info.name);
  for (const auto& info : catalogue()) {
    EXPECT_TRUE(info.reply.empty() || names.contains(info.reply)) << info.name << " -> " << info.reply;
  }
}

TEST(Catalogue, EveryTypeThatATableNamesIsExplained) {
  const auto text = catalogue_markdown();
  std::set<std::string> known{"boolean", "integer", "number", "bytes", "text"};
  for (const auto& info : catalogue()) known.insert(info.name);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  for (const auto& line : lines)
    if (line.starts_with("#### ") && line[5] != '`') known.insert(line.substr(5));
  int rows = 0;
  for (const auto& line : lines) {
    if (!line.starts_with("| `")) continue;
    ++rows;
    auto type = line.substr(line.find(" | ") + 3);
    type = type.substr(0, type.find(" | "));
    for (const std::string_view prefix : {"list of ", "map of ", "list of "})
      if (type.starts_with(prefix)) type = type.substr(prefix.size());
    EXPECT_TRUE(known.contains(type)) << "'" << type << "' in: " << line;
  }
  EXPECT_GT(rows, 150);
}

TEST(Catalogue, EveryMessageHasATopicOrAnswers) {
  std::set<std::string> answers{"failure"};  // of any command
  for (const auto& info : catalogue()) answers.insert(info.reply);
  for (const auto& info : catalogue()) {
    EXPECT_TRUE(!info.topic.empty() || answers.contains(info.name)) << info.name;
    EXPECT_EQ(!info.reply.empty(), class_of(info.topic) == TopicClass::kCommand) << info.name;
  }
}

TEST(Catalogue, EveryMessageBecomesJsonWithEveryField) {
  for (const auto& message : messages()) {
    SCOPED_TRACE(message.message->name);
    const auto json = message_to_json(sealed(sample<Envelope>(), message));
    ASSERT_TRUE(json) << json.error().message;
    const auto body =
        with_json([&](Encoder& out) { encode(out, *message.info, message.value.get()); }, /*indent=*/-1);
    EXPECT_NE(json->find("\"body\":" + body + "}"), std::string::npos) << *json;
    for (const auto& field : message.info->fields) {
      EXPECT_NE(body.find("\"" + std::string(field.name) + "\":"), std::string::npos) << *json;
    }
  }
}

TEST(Catalogue, AnUnknownMessageIsShownWithoutItsBody) {
  auto envelope = sample<Envelope>();
  envelope.schema = "of.tomorrow";
  const auto json = message_to_json(seal(envelope, [](Encoder& out) { out.boolean(true); }));
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(*json, to_json(envelope));
}

TEST(Catalogue, AMessageWithADamagedBodyIsAnError) {
  auto envelope = sample<Envelope>();
  envelope.schema = "app.stop";
  const auto json = message_to_json(seal(envelope, [](Encoder& out) { out.boolean(true); }));
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().code, ErrorCode::kInvalid);
}

TEST(Catalogue, TextThatIsNotUtf8StillBecomesJson) {
  const auto json = to_json(Failure{"invalid", "\xff\xfe and \"quotes\""});
  EXPECT_EQ(json, "{\"code\":\"invalid\",\"message\":\"\xef\xbf\xbd\xef\xbf\xbd and \\\"quotes\\\"\"}");
}

TEST(Catalogue, IndentedJsonHasTheSameContent) {
  EXPECT_EQ(to_json(AppStop{AppId("digits")}, 2), "{\n  \"app\": \"digits\"\n}");
}

TEST(Catalogue, TheReadmeShowsExactlyTheTablesOfTheCode) {
  std::ifstream file(std::string(SYNERGY_SOURCE_DIR) + "/schemas/README.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string begin = "<!-- messages: begin -->\n", end = "<!-- messages: end -->\n";
  const auto from = text.find(begin), to = text.find(end);
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos && from < to)
      << "schemas/README.md needs the lines " << begin << " and " << end;
  EXPECT_EQ(text.substr(from + begin.size(), to - from - begin.size()), catalogue_markdown());
}

TEST(Topics, TheFirstPartDecidesTheClass) {
  EXPECT_EQ(class_of("state/plan"), TopicClass::kState);
  EXPECT_EQ(class_of("cmd/store"), TopicClass::kCommand);
  EXPECT_EQ(class_of("@cli/reply"), TopicClass::kDirect);
  EXPECT_EQ(class_of("event/result/digits"), TopicClass::kEvent);
  EXPECT_EQ(class_of("run/ring"), TopicClass::kRun);
  EXPECT_EQ(class_of("tensor/ring"), TopicClass::kRun) << "in recordings of earlier versions";
  for (const std::string_view topic : {"health/store", "", "state", "stat", "unknown/topic", "\xff"})
    EXPECT_EQ(class_of(topic), TopicClass::kTelemetry) << topic;
}

TEST(Topics, NamesAreBuiltAsDocumented) {
  EXPECT_EQ(topics::command("store"), "cmd/store");
  EXPECT_EQ(topics::executor(DeviceId("ring")), "cmd/executor/ring");
  EXPECT_EQ(topics::accelerator(DeviceId("ring")), "cmd/accelerator/ring");
  EXPECT_EQ(topics::run(DeviceId("ring")), "run/ring");
  EXPECT_EQ(topics::health("executor/ring"), "health/executor/ring");
  EXPECT_EQ(topics::result(AppId("digits")), "event/result/digits");
  EXPECT_EQ(topics::failed(AppId("digits")), "event/failed/digits");
  EXPECT_EQ(topics::reply_to("executor/ring"), "@executor/ring/reply");
  EXPECT_EQ(topics::direct_prefix("cli"), "@cli/");
  EXPECT_EQ(topics::of_today("tensor/ring"), "run/ring");
  EXPECT_EQ(topics::of_today("state/plan"), "state/plan");
}

}  // namespace
}  // namespace synergy::schemas_test
