// What the adapters' tests share: the body and the model that are shipped, and a plan for them.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <utility>

#include "process_fixture.hpp"
#include "synergy/accel_model/program.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/planner/solve.hpp"

namespace synergy::adapter_test {

using namespace std::chrono_literals;
namespace topics = schemas::topics;

inline const DeviceId kGlasses("glasses"), kWatch("watch");
inline const AppId kApp("digits");

inline documents::DeployFolder deploy_folder() {
  return documents::DeployFolder(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
}
inline std::filesystem::path body_file() { return deploy_folder().root() / "bodies/four-78000.yaml"; }

/// Four MAX78000, all of them there, at the host's pace.
inline schemas::BodyView body_view() {
  auto body = deploy_folder().body(body_file());
  EXPECT_TRUE(body);
  body->absent.clear();
  body->time_scale = 1;
  return std::move(*body);
}

/// The digit classifier from the glasses' camera to the watch's display.
inline schemas::AppRequest digits() {
  schemas::AppRequest app;
  app.app = kApp;
  app.model = ModelId("digits");
  app.sensing = {"camera", kGlasses};
  app.interaction = {"display", kWatch};
  app.repeat = true;
  return app;
}

inline schemas::CollaborationPlan digits_plan() {
  const auto folder = deploy_folder().model(ModelId("digits"));
  EXPECT_TRUE(folder);
  const planner::Model model{*accel_model::build_program(folder->description),
                             folder->digest,
                             folder->description.labels,
                             {},
                             folder->description.input.kinds()};
  auto outcome = planner::solve({body_view(), {{digits(), model}}}, "ind-e2e");
  EXPECT_TRUE(outcome.has_plan()) << outcome.reason;
  outcome.plan.id = 1;
  return std::move(outcome.plan);
}

}  // namespace synergy::adapter_test
