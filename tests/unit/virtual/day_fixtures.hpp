// Days on the bodies that are shipped, made without files.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "synergy/schemas/describe.hpp"
#include "synergy/virtual_mesh/day.hpp"

namespace synergy::virtual_test {

using namespace std::chrono_literals;
using virtual_mesh::DayReport;
using virtual_mesh::DayScript;
using virtual_mesh::DaySettings;

inline documents::DeployFolder deploy_folder() {
  return documents::DeployFolder(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
}

inline schemas::BodyView body_named(const std::string& name) {
  const auto deploy = deploy_folder();
  auto body = deploy.body(deploy.root() / "bodies" / (name + ".yaml"));
  EXPECT_TRUE(body) << body.error().message;
  return *body;
}

/// Small searches: what is tested is not how good a plan is.
inline DaySettings quick_settings() {
  DaySettings settings;
  settings.planner.quick_nodes = 2000;
  settings.planner.full_nodes = 4000;
  return settings;
}

/// The digit classifier, from the glasses' camera to a display.
inline schemas::AppRequest digits_app(const std::string& name, double rate = 0, std::uint64_t runs = 0) {
  schemas::AppRequest app;
  app.app = AppId(name);
  app.model = ModelId("digits");
  app.sensing = {"camera", DeviceId("glasses")};
  app.interaction = {"display", {}};
  app.repeat = true;
  app.rate = rate;
  app.runs = runs;
  return app;
}

class Script {
 public:
  Script& submit(Duration at, const schemas::AppRequest& app) {
    auto& scripted = add(at, "submit " + app.app.text());
    scripted.event.submit = app.app.text();
    scripted.app = app;
    return *this;
  }
  Script& rate(Duration at, schemas::AppRequest app, double per_second) {
    app.rate = per_second;
    auto& scripted = add(at, "rate " + app.app.text());
    scripted.event.rate = app.app.text();
    scripted.app = app;
    return *this;
  }
  Script& stop(Duration at, const std::string& app) {
    add(at, "stop " + app).event.stop = app;
    return *this;
  }
  Script& leave(Duration at, const std::string& device) {
    add(at, "leave " + device).event.leave = device;
    return *this;
  }
  Script& join(Duration at, const std::string& device) {
    add(at, "join " + device).event.join = device;
    return *this;
  }
  Script& battery(Duration at, const std::string& device, double percent) {
    auto& event = add(at, "battery " + device).event;
    event.battery = device;
    event.percent = percent;
    return *this;
  }
  Script& replan(Duration at, const std::string& policy) {
    add(at, "replan " + policy).event.replan = policy;
    return *this;
  }
  Script& link(Duration at, const std::string& name) {
    auto& scripted = add(at, "link " + name);
    scripted.event.link = name;
    auto read = deploy_folder().link(name);
    EXPECT_TRUE(read) << name;
    scripted.link = *read;
    return *this;
  }
  [[nodiscard]] DayScript until(Duration end) {
    std::stable_sort(script_.events.begin(), script_.events.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
    script_.until = end;
    return script_;
  }

 private:
  virtual_mesh::ScriptedEvent& add(Duration at, const std::string& what) {
    auto& scripted = script_.events.emplace_back();
    scripted.at = at;
    scripted.what = what;
    return scripted;
  }
  DayScript script_;
};

inline DayReport day_of(const DayScript& script, const std::string& body = "four-78000",
                        const DaySettings& settings = quick_settings()) {
  auto report = virtual_mesh::run_day(deploy_folder(), body_named(body), script, settings);
  EXPECT_TRUE(report) << report.error().message;
  return report ? *report : DayReport();
}

inline const virtual_mesh::AppLine& app_of(const DayReport& report, const std::string& name) {
  for (const auto& app : report.apps)
    if (app.app.text() == name) return app;
  ADD_FAILURE() << "no app " << name;
  static const virtual_mesh::AppLine none;
  return none;
}

inline std::vector<std::string> causes_of(const DayReport& report) {
  std::vector<std::string> causes;
  for (const auto& decision : report.decisions) causes.push_back(decision.cause);
  return causes;
}

}  // namespace synergy::virtual_test
