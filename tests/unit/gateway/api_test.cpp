// Which request is which question, and how its answer looks.
#include "synergy/gateway/api.hpp"

#include "gateway_fixtures.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ApiTest : public ::testing::Test {
 protected:
  Answer get(const std::string& path, std::map<std::string, std::string, std::less<>> query = {}) {
    auto made = request("GET", path);
    made.query = std::move(query);
    return api_.answer(made);
  }
  Answer post(const std::string& path, const std::string& body) {
    return api_.answer(request("POST", path, body));
  }
  void run_digits() {
    (void)board_.set(body_view(), {});
    (void)board_.set(schemas::AppSet{{digits_status()}}, {});
    (void)board_.set(digits_plan(), {});
  }
  static schemas::RunRecord run(std::uint64_t number, int recorded) {
    schemas::RunRecord made;
    made.app = AppId("digits");
    made.run = number;
    made.recorded = UnixTime(std::chrono::seconds(recorded));
    return made;
  }

  ManualClock clock_;
  FakeMesh mesh_;
  Board board_;
  StreamHub hub_;
  Api api_{"1.2.3", mesh_, board_, hub_, clock_};
};

constexpr const char* kDigits =
    R"({"app":"digits","model":"digits","sensing":{"needs":"camera"},"interaction":{"needs":"display"},"rate":10})";

TEST_F(ApiTest, SaysWhoItIs) {
  EXPECT_EQ(get("/api/version").body, R"({"version":"1.2.3","mesh":"","time_scale":1.0})");
  run_digits();
  EXPECT_THAT(get("/api/version").body, HasSubstr(R"("mesh":"four-78000")"));
}

TEST_F(ApiTest, AnAppIsSubmittedOrOnlyTried) {
  mesh_.submitted = schemas::AppSubmitted{AppId("digits"), 7, 0, 10};
  const auto accepted = post("/api/submit", kDigits);
  EXPECT_EQ(accepted.status, 200);
  EXPECT_THAT(accepted.body, StartsWith(R"({"app":"digits","plan_id":7,)"));
  ASSERT_TRUE(mesh_.submit);
  EXPECT_EQ(mesh_.submit->rate, 10);
  EXPECT_EQ(mesh_.submit->sensing.needs, "camera");
  mesh_.submit.reset();
  mesh_.forecast = Error{ErrorCode::kNoFit, "no room"};
  auto dry = request("POST", "/api/submit", kDigits);
  dry.query["dry_run"] = "1";
  const auto refused = api_.answer(dry);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.body, R"({"error":{"code":"no_fit","message":"no room"}})");
  EXPECT_TRUE(mesh_.tried);
  EXPECT_FALSE(mesh_.submit) << "nothing is submitted";
}

TEST_F(ApiTest, ABodyThatIsWrongIsToldWhatIsWrongAndNobodyIsAsked) {
  for (const auto& [body, says] : std::initializer_list<std::pair<std::string, std::string>>{
           {"", "not JSON"},
           {"{", "not JSON"},
           {"[]", "map"},
           {"null", "map"},
           {R"({"app":"digits"})", "model"},
           {std::string(kDigits).insert(1, R"("ap":"x",)"), "unknown"},
           {std::string(kDigits).replace(8, 6, "../etc"), "app"},
           {std::string(kDigits).insert(1, R"("runs":-1,)"), "runs"},
           {std::string(kDigits).insert(1, R"("min_rate":20,)"), "min_rate"},
           {std::string(40, '[') + std::string(40, ']'), "nests"},
           {std::string("{\"app\":\"\xff\"}"), "not JSON"}}) {
    const auto answer = post("/api/submit", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_THAT(answer.body, StartsWith(R"({"error":{"code":"invalid","message":")")) << body;
    EXPECT_THAT(answer.body, HasSubstr(says)) << body;
  }
  EXPECT_FALSE(mesh_.submit);
}

TEST_F(ApiTest, StopAndReplanReachTheDispatcher) {
  EXPECT_EQ(post("/api/stop", R"({"app":"digits"})").body, R"({"app":"digits"})");
  EXPECT_EQ(mesh_.stop, AppId("digits"));
  mesh_.plan = digits_plan();
  const auto answer = post("/api/replan", R"({"policy":"synergy","objective":"latency"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, StartsWith(R"({"id":7,"policy":"ind-e2e")"));
  ASSERT_TRUE(mesh_.again);
  EXPECT_EQ(mesh_.again->policy, "synergy");
  EXPECT_EQ(mesh_.again->objective, schemas::Objective::kLatency);
  EXPECT_EQ(post("/api/replan", R"({"objective":"latenci"})").status, 400);
}

TEST_F(ApiTest, ThePlanInForceComesWithWhatBindsItAndWhatLost) {
  EXPECT_THAT(get("/api/plan").body, HasSubstr("no app was accepted"));
  run_digits();
  mesh_.comparison.runners_up = {{"min-dev", "digits: glasses > watch", 3.5, "slower"}};
  const auto body = get("/api/plan").body;
  EXPECT_THAT(body, StartsWith("{\"plan\":" + schemas::to_json(digits_plan()) + ",\"bottleneck\":\""));
  EXPECT_THAT(body, HasSubstr(R"("runners_up":[{"name":"min-dev")"));
  EXPECT_THAT(body, HasSubstr(R"("explanation":{"policy":"ind-e2e")"));
}

TEST_F(ApiTest, HistoryAndEventsAreTheStoresWithALimit) {
  EXPECT_EQ(get("/api/plans", {{"limit", "5"}}).body, R"({"plans":[]})");
  EXPECT_EQ(mesh_.history_limit, 5u);
  EXPECT_THAT(get("/api/events").body, HasSubstr(R"("text":"app digits submitted")"));
  EXPECT_EQ(mesh_.events_limit, kUsualLines);
  for (const char* limit : {"0", "1001", "-1", "1e3", "", " 1", "99999999999999999999"}) {
    const auto refused = get("/api/plans", {{"limit", limit}});
    EXPECT_EQ(refused.status, 400) << limit;
    EXPECT_THAT(refused.body, HasSubstr("from 1 to 1000")) << limit;
  }
}

TEST_F(ApiTest, OnePlanIsAskedForByItsNumber) {
  mesh_.plan = Error{ErrorCode::kNotFound, "no plan 3"};
  EXPECT_EQ(get("/api/plans/3").status, 404);
  EXPECT_EQ(mesh_.asked_plan, 3u);
  EXPECT_EQ(get("/api/plans/").status, 400);
  EXPECT_EQ(get("/api/plans/x").status, 400);
}

TEST_F(ApiTest, RunsAreToldNewestFirst) {
  EXPECT_EQ(get("/api/results").body, R"({"runs":[]})") << "no app is known";
  run_digits();
  mesh_.runs = schemas::RunTable{{run(248, 5), run(249, 6)}};
  const auto body = get("/api/results", {{"app", "digits"}, {"limit", "10"}}).body;
  EXPECT_LT(body.find("\"run\":249"), body.find("\"run\":248"));
  ASSERT_EQ(mesh_.runs_asked.size(), 1u);
  EXPECT_EQ(mesh_.runs_asked[0].first_run, 240u) << "of 250";
  EXPECT_EQ(mesh_.runs_asked[0].limit, 10u);
  EXPECT_THAT(get("/api/results", {{"limit", "1"}}).body, ::testing::Not(HasSubstr("\"run\":248")));
  const auto unknown = get("/api/results", {{"app", "digit"}});
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, HasSubstr("did you mean 'digits'"));
}

TEST_F(ApiTest, TasksAreOfADeviceOfTheBody) {
  EXPECT_EQ(get("/api/tasks", {{"device", "ring"}}).status, 503) << "the body is not known";
  run_digits();
  EXPECT_THAT(get("/api/tasks", {{"device", "ring"}, {"since_ns", "42"}}).body,
              HasSubstr(R"("device":"ring")"));
  EXPECT_EQ(mesh_.tasks_since, ModelTime(Duration(42)));
  EXPECT_EQ(get("/api/tasks").status, 400);
  EXPECT_EQ(get("/api/tasks", {{"device", "rong"}}).status, 404);
  EXPECT_EQ(get("/api/tasks", {{"device", "ring"}, {"since_ns", "-1"}}).status, 400);
}

TEST_F(ApiTest, OnlyDevicesOfTheBodyLeaveAndJoin) {
  EXPECT_EQ(post("/api/leave", R"({"device":"ring"})").status, 503);
  run_digits();
  EXPECT_EQ(post("/api/leave", R"({"device":"ring"})").body, R"({"device":"ring"})");
  EXPECT_EQ(post("/api/join", R"({"device":"ring"})").status, 200);
  EXPECT_THAT(mesh_.moved, ElementsAre(std::pair(DeviceId("ring"), DeviceMove::kLeave),
                                       std::pair(DeviceId("ring"), DeviceMove::kJoin)));
  mesh_.moved.clear();
  for (const char* body : {R"({"device":"all"})", R"({"device":"ring; reboot"})", R"({"device":""})", "{}",
                           R"({"device":"executor-ring"})", R"({"device":"-c"})"}) {
    const auto status = post("/api/leave", body).status;
    EXPECT_TRUE(status == 404 || status == 400) << body;
  }
  EXPECT_THAT(mesh_.moved, IsEmpty());
}

TEST_F(ApiTest, PoliciesAreComparedAsNamed) {
  (void)get("/api/compare", {{"policies", "optimal,,min-dev,"}});
  EXPECT_THAT(mesh_.compared_policies, ElementsAre("optimal", "min-dev"));
  (void)get("/api/compare");
  EXPECT_THAT(mesh_.compared_policies, IsEmpty());
}

TEST_F(ApiTest, AStreamBeginsWithTheState) {
  run_digits();
  const auto answer = get("/api/stream");
  EXPECT_EQ(answer.type, "text/event-stream");
  ASSERT_TRUE(answer.stream);
  const auto first = answer.stream->next(Duration{}).value();
  EXPECT_THAT(first, HasSubstr("event: snapshot\ndata: {\"body\":{\"name\":\"four-78000\""));
  EXPECT_EQ(api_.answer(request("HEAD", "/api/stream")).status, 405);
}

TEST_F(ApiTest, WhatIsNotThereAndWhatIsAskedWrongly) {
  for (const char* path : {"/api", "/api/", "/api/nothing", "/api/state/", "/api/../etc/passwd"})
    EXPECT_EQ(get(path).status, 404) << path;
  const auto wrong = get("/api/submit");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.front(), std::pair(std::string("Allow"), std::string("POST")));
  EXPECT_EQ(post("/api/state", "").status, 405);
  EXPECT_EQ(api_.answer(request("HEAD", "/api/state")).status, 200);
}

}  // namespace
}  // namespace synergy::gateway
