// The gateway's process over a transport that the test holds: HTTP on one side, the bus on the other.
#include <sys/stat.h>

#include <fstream>
#include <future>

#include "../gateway/raw_client.hpp"
#include "adapter_fixtures.hpp"
#include "synergy/gateway_adapter/run.hpp"
#include "synergy/schemas/plan_commands.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/schemas/trace.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::adapter_test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class GatewayAdapterTest : public test_support::ProcessTest {
 protected:
  GatewayAdapterTest() : ProcessTest("gateway") {}

  Status play_gateway(const std::string& listen = {}) {
    return play([&](runtime::Context& context) {
      return gateway_adapter::run(
          context, {deploy_folder().root(), context.folder().path() / "page", listen, "1.2.3"});
    });
  }
  std::string line_of(const std::string& file) const {
    std::ifstream in(context_.folder().path() / file);
    std::string line;
    std::getline(in, line);
    return line;
  }
  int port() const {
    const auto url = line_of("gateway.url");
    return std::stoi(url.substr(url.find(':', 7) + 1));
  }
  /// A request on a thread of its own: the loop has this one.
  void send(const std::string& method, const std::string& target, const std::string& body = {}) {
    const auto text = method + " " + target +
                      " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer " +
                      line_of("gateway.token") + "\r\nContent-Length: " + std::to_string(body.size()) +
                      "\r\n\r\n" + body;
    answer_ = std::async(std::launch::async, [text, port = port()] {
      gateway::RawClient client(port);
      client.send(text);
      return client.read_all();
    });
  }
  bool is_answered() { return answer_.wait_for(0s) == std::future_status::ready; }

  std::future<std::string> answer_;
};

constexpr const char* kDigits =
    R"({"app":"digits","model":"digits","sensing":{"needs":"camera"},"interaction":{"needs":"display"}})";

TEST_F(GatewayAdapterTest, IsReadyWhenItListensAndTellsWhatItHears) {
  then([&] { EXPECT_EQ(health().state, schemas::LifeCycle::kReady); });
  then([&] {
    arrive(topics::kBody, body_view());
    schemas::AppStatus status;
    status.request = digits();
    arrive(topics::kApps, schemas::AppSet{{status}});
    arrive(topics::kPlan, digits_plan());
  });
  then([&] { send("GET", "/api/state"); });
  when([&] { return is_answered(); });
  ASSERT_TRUE(play_gateway());
  const auto text = answer_.get();
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(text, HasSubstr("\"body\":{\"name\":\"four-78000\""));
  EXPECT_THAT(text, HasSubstr("\"plan\":{\"id\":1,"));
  struct stat info {};
  ASSERT_EQ(::stat((context_.folder().path() / "gateway.url").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(GatewayAdapterTest, ASubmissionGoesToTheDispatcherAndItsAnswerBack) {
  then([&] { send("POST", "/api/submit", kDigits); });
  when([&] { return answer<schemas::AppSubmit>("cmd/dispatcher", schemas::AppSubmitted{kApp, 7, 0, 10}); });
  when([&] { return is_answered(); });
  ASSERT_TRUE(play_gateway());
  const auto asked = sent<schemas::AppSubmit>("cmd/dispatcher");
  ASSERT_FALSE(asked.empty());
  EXPECT_EQ(asked.front().request.app, kApp);
  EXPECT_THAT(answer_.get(), HasSubstr(R"({"app":"digits","plan_id":7,)"));
}

TEST_F(GatewayAdapterTest, WhatTheMeshRefusesIsToldWithItsReason) {
  then([&] { send("POST", "/api/submit?dry_run=1", kDigits); });
  when([&] {
    return answer<schemas::AppTry>("cmd/dispatcher", Error{ErrorCode::kNoFit, "no room on the ring"});
  });
  when([&] { return is_answered(); });
  ASSERT_TRUE(play_gateway());
  const auto text = answer_.get();
  EXPECT_THAT(text, StartsWith("HTTP/1.1 422 "));
  EXPECT_THAT(text, HasSubstr(R"({"code":"no_fit","message":"no room on the ring"})"));
}

TEST_F(GatewayAdapterTest, WithoutAMeshOfTheScriptDevicesCanNotBeMoved) {
  then([&] { arrive(topics::kBody, body_view()); });
  then([&] { send("POST", "/api/leave", R"({"device":"ring"})"); });
  when([&] { return is_answered(); });
  ASSERT_TRUE(play_gateway());
  EXPECT_THAT(answer_.get(), HasSubstr("deploy/mesh up"));
}

TEST_F(GatewayAdapterTest, TasksAreAskedForWhileSomebodyWantsThem) {
  then([&] { arrive(topics::kBody, body_view()); });
  then([&] {
    clock_.advance(1s);
    EXPECT_TRUE(sent<schemas::QueryTasks>("cmd/executor/glasses").empty()) << "nobody watches";
  });
  std::promise<void> watching;
  then([&] {
    answer_ = std::async(std::launch::async, [port = port(), &watching] {
      gateway::RawClient client(port);
      client.send("GET /api/stream?tasks=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      auto text = client.read_until("event: snapshot");
      watching.set_value();
      text += client.read_until("event: tasks");
      return text += client.read_until("\n\n");
    });
  });
  when(
      [&, begun = watching.get_future().share()] { return begun.wait_for(0s) == std::future_status::ready; });
  then([&] {
    arrive(topics::kUse, schemas::MeshUse{});
  });  // the loop meets the viewer; then the clock may move
  when([&] {
    clock_.advance(250ms);
    schemas::TaskRecord task;
    task.app = kApp;
    task.run = 41;
    task.end = ModelTime(1s);
    return answer<schemas::QueryTasks>("cmd/executor/glasses",
                                       schemas::TaskTable{kGlasses, ModelTime(2s), false, {task}});
  });
  when([&] { return is_answered(); });
  ASSERT_TRUE(play_gateway());
  const auto text = answer_.get();
  EXPECT_THAT(text, HasSubstr("event: snapshot"));
  EXPECT_THAT(text, HasSubstr("\"run\":41"));
}

TEST_F(GatewayAdapterTest, AQuestionThatWaitsWhenItEndsIsAnsweredSo) {
  then([&] { send("GET", "/api/plans"); });
  when([&] { return !sent<schemas::QueryHistory>("cmd/store").empty(); });
  ASSERT_TRUE(play_gateway());
  const auto text = answer_.get();
  EXPECT_TRUE(text.empty() || text.find("the gateway is ending") != std::string::npos) << text;
}

TEST_F(GatewayAdapterTest, AnAddressThatIsNoneEndsItWithTheReason) {
  const auto status = play_gateway("nowhere:x");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace synergy::adapter_test
