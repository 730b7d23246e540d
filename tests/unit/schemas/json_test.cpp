// JSON as people and pages send it: held to the same as files, and never trusted.
#include <gmock/gmock.h>

#include <limits>

#include "samples.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/plan_commands.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::schemas_test {
namespace {

using ::testing::HasSubstr;

template <class T>
std::string refusal_of(const std::string& text) {
  const auto read = from_json<T>(text);
  EXPECT_FALSE(read) << text;
  if (read) return "(read)";
  EXPECT_EQ(read.error().code, ErrorCode::kInvalid);
  return read.error().message;
}

TEST(Json, WhatIsWrittenIsReadBack) {
  const auto app = sample<AppRequest>();
  const auto app_again = from_json<AppRequest>(to_json(app));
  ASSERT_TRUE(app_again) << app_again.error().message;
  EXPECT_EQ(*app_again, app);
  const auto body = sample<BodyView>();
  const auto body_again = from_json<BodyView>(to_json(body, 2));
  ASSERT_TRUE(body_again) << body_again.error().message;
  EXPECT_EQ(*body_again, body);
}

TEST(Json, NumbersReachTheEndsOfTheirTypes) {
  auto health = sample<Health>();
  health.instance = std::numeric_limits<std::uint64_t>::max();
  const auto again = from_json<Health>(to_json(health));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->instance, health.instance);
  EXPECT_THAT(refusal_of<QueryPlan>(R"({"id": -1})"), HasSubstr("id"));
  EXPECT_THAT(refusal_of<QueryPlan>(R"({"id": 18446744073709551616})"), HasSubstr("id"));
  EXPECT_THAT(refusal_of<QueryPlan>(R"({"id": 1.5})"), HasSubstr("id"));
  EXPECT_THAT(refusal_of<QueryPlan>(R"({"id": "1"})"), HasSubstr("id"));
  EXPECT_THAT(refusal_of<QueryPlan>(R"({"id": 1e999})"), HasSubstr("not JSON"));
}

TEST(Json, UnknownKeysAreRefusedUnlessTheyAreToBeIgnored) {
  EXPECT_THAT(refusal_of<AppStop>(R"({"app": "digits", "aps": 1})"), HasSubstr("aps"));
  AppStop stop;
  EXPECT_TRUE(with_json_tree(R"({"app": "digits", "aps": 1})", UnknownKeys::kIgnored,
                             [&](Node root) { return decode(root, stop); }));
  EXPECT_EQ(stop.app, AppId("digits"));
}

TEST(Json, WhatIsNoJsonIsToldWhere) {
  for (const auto& text :
       {std::string(), std::string("{"), std::string("{\"app\":}"), std::string("{} {}"),
        std::string("{'app': 'digits'}"), std::string("{\"app\": \"\xff\"}"), std::string("\0", 1)})
    EXPECT_THAT(refusal_of<AppStop>(text), HasSubstr("not JSON")) << text;
  EXPECT_THAT(refusal_of<AppStop>("{\n \"app\": x}"), HasSubstr("line 2"));
  EXPECT_LT(refusal_of<AppStop>("{\"app\": " + std::string(100'000, 'x')).size(), 1000u);
}

TEST(Json, WhatNestsTooDeepIsRefusedAndNotFollowed) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_THAT(refusal_of<AppStop>(nested(kMaxDepth)), HasSubstr("map"));
  EXPECT_THAT(refusal_of<AppStop>(nested(kMaxDepth + 1)), HasSubstr("nests deeper"));
  EXPECT_THAT(refusal_of<AppStop>(nested(1'000'000)), HasSubstr("nests deeper"));
}

TEST(Json, OfAKeyThatIsGivenTwiceTheLastCounts) {
  EXPECT_EQ(from_json<AppStop>(R"({"app": "a", "app": "b"})")->app, AppId("b"));
}

}  // namespace
}  // namespace synergy::schemas_test
