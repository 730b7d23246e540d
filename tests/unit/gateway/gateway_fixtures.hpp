// What the gateway's tests share: the body that is shipped, an app, a plan for it, and a mesh that answers
// what the test says.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "synergy/documents/load.hpp"
#include "synergy/gateway/board.hpp"
#include "synergy/gateway/mesh.hpp"
#include "synergy/gateway/request.hpp"
#include "synergy/planner/solve.hpp"
#include "synergy/planner_service/read_model.hpp"

namespace synergy::gateway {

inline documents::DeployFolder deploy_folder() {
  return documents::DeployFolder(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
}

inline schemas::BodyView body_view() {
  auto body = deploy_folder().body(deploy_folder().root() / "bodies/four-78000.yaml");
  EXPECT_TRUE(body);
  body->absent.clear();
  return std::move(*body);
}

inline schemas::AppStatus digits_status() {
  schemas::AppStatus status;
  auto& app = status.request;
  app.app = AppId("digits");
  app.model = ModelId("digits");
  app.sensing = {"camera", DeviceId("glasses")};
  app.interaction = {"display", DeviceId("watch")};
  app.repeat = true;
  status.plan_id = 7;
  status.next_run = 250;
  status.completed = 240;
  status.failed = 3;
  return status;
}

inline schemas::CollaborationPlan digits_plan() {
  const auto model = planner_service::read_model(deploy_folder(), ModelId("digits"));
  EXPECT_TRUE(model);
  auto outcome = planner::solve({body_view(), {{digits_status().request, *model}}}, "ind-e2e");
  EXPECT_TRUE(outcome.has_plan()) << outcome.reason;
  outcome.plan.id = 7;
  return std::move(outcome.plan);
}

inline Request request(std::string method, std::string path, std::string body = {}) {
  Request made;
  made.method = std::move(method);
  made.path = std::move(path);
  made.body = std::move(body);
  made.headers = {{"host", "127.0.0.1:8642"}};
  return made;
}

/// Remembers what it was asked, and answers with what the test left there, or that it is not there.
class FakeMesh final : public Mesh {
 public:
  template <class C>
  using ReplyTo = std::optional<Result<typename C::Reply>>;

  Result<schemas::AppSubmitted> ask(const schemas::AppSubmit& command) override {
    submit = command.request;
    return submitted.value_or(none());
  }
  Result<schemas::AppForecast> ask(const schemas::AppTry& command) override {
    tried = command.request;
    return forecast.value_or(none());
  }
  Result<schemas::AppStopped> ask(const schemas::AppStop& command) override {
    stop = command.app;
    return schemas::AppStopped{command.app};
  }
  Result<schemas::CollaborationPlan> ask(const schemas::PlanAgain& command) override {
    again = command;
    return plan.value_or(none());
  }
  Result<schemas::PlanHistory> ask(const schemas::QueryHistory& query) override {
    history_limit = query.limit;
    return schemas::PlanHistory{};
  }
  Result<schemas::CollaborationPlan> ask(const schemas::QueryPlan& query) override {
    asked_plan = query.id;
    return plan.value_or(none());
  }
  Result<schemas::RunTable> ask(const schemas::QueryRuns& query) override {
    runs_asked.push_back(query);
    return runs.value_or(none());
  }
  Result<schemas::EventTable> ask(const schemas::QueryEvents& query) override {
    events_limit = query.limit;
    return schemas::EventTable{{{UnixTime{}, "plan", "plan 7", "app digits submitted"}}};
  }
  Result<schemas::FrameOutcomes> ask(const schemas::QueryFrames& query) override {
    frames_asked.push_back(query);
    return outcomes ? outcomes() : schemas::FrameOutcomes{};
  }
  Result<schemas::FrameFed> ask(const DeviceId& device, const schemas::FrameFeed& frame) override {
    frames.push_back(frame);
    if (refuses_frames) return *refuses_frames;
    return schemas::FrameFed{{device, frame.sensor, frame.id, 40 + frames.size()}, takers, false};
  }
  Result<schemas::TaskTable> ask(const DeviceId& device, const schemas::QueryTasks& query) override {
    tasks_since = query.since;
    return schemas::TaskTable{device, ModelTime(Duration(5)), false, {}};
  }
  Status move(const DeviceId& device, DeviceMove move) override {
    moved.emplace_back(device, move);
    return {};
  }
  Result<Comparison> compare(const std::vector<std::string>& policies) override {
    compared_policies = policies;
    return comparison;
  }
  Comparison compared() override { return comparison; }

  std::optional<schemas::AppRequest> submit, tried;
  std::optional<Result<schemas::AppSubmitted>> submitted;
  std::optional<Result<schemas::AppForecast>> forecast;
  std::optional<AppId> stop;
  std::optional<schemas::PlanAgain> again;
  std::optional<Result<schemas::CollaborationPlan>> plan;
  std::uint32_t history_limit = 0, events_limit = 0;
  std::uint64_t asked_plan = 0;
  std::vector<schemas::QueryRuns> runs_asked;
  std::optional<Result<schemas::RunTable>> runs;
  std::vector<schemas::QueryFrames> frames_asked;
  std::function<schemas::FrameOutcomes()> outcomes;  ///< none: there are none
  std::vector<schemas::FrameFeed> frames;
  std::optional<Error> refuses_frames;
  std::vector<AppId> takers;  ///< of each frame
  ModelTime tasks_since{};
  std::vector<std::pair<DeviceId, DeviceMove>> moved;
  std::vector<std::string> compared_policies;
  Comparison comparison;

 private:
  static Error none() { return {ErrorCode::kUnavailable, "nothing was prepared"}; }
};

}  // namespace synergy::gateway
