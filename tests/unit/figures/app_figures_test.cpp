// Every number of an app file does something: each, changed alone, changes what the whole mesh decides or
// what its apps get, on a day in virtual time. The numbers are those of the field list, so a new one is
// swept, too.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "synergy/documents/load.hpp"
#include "synergy/documents/yaml.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/virtual_mesh/day.hpp"

namespace synergy::figures_test {
namespace {

using namespace std::chrono_literals;
using schemas::ValueKind;

schemas::AppRequest app_of(const std::string& name, const std::string& model, const std::string& more) {
  const auto app = documents::read_yaml_text<schemas::AppRequest>(
      "app: " + name + "\nmodel: " + model +
          "\nsensing: {needs: camera, on: glasses}\ninteraction: {needs: display}\n" + more,
      name + ".yaml");
  EXPECT_TRUE(app) << app.error().message;
  return app ? *app : schemas::AppRequest();
}

/// Two apps, of which the second asks for `more`, on four devices, and then on the one that is left.
virtual_mesh::DayScript script_of(const std::string& model, const std::string& more) {
  virtual_mesh::DayScript script;
  const auto add = [&](Duration at, const std::string& what) -> auto& {
    auto& scripted = script.events.emplace_back();
    scripted.at = at;
    scripted.what = what;
    return scripted;
  };
  for (const auto& app : {app_of("first", model, ""), app_of("second", model, more)}) {
    auto& scripted = add(1s, "submit " + app.app.text());
    scripted.event.submit = app.app.text();
    scripted.app = app;
  }
  for (const std::string device : {"earbud", "watch", "ring"})
    add(8s, "leave " + device).event.leave = device;
  script.until = 14s;
  return script;
}

/// What the mesh decides and what the apps get: of a model that has no accelerator beside another, and of one
/// that shares it.
std::string outcome_of(const std::string& more) {
  const documents::DeployFolder deploy(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
  const auto body = deploy.body(deploy.root() / "bodies/four-78000.yaml");
  EXPECT_TRUE(body) << body.error().message;
  virtual_mesh::DaySettings settings;
  settings.planner.quick_nodes = 2000;
  settings.planner.full_nodes = 4000;
  std::string text;
  for (const std::string model : {"ressimplenet", "digits"}) {
    const auto day = virtual_mesh::run_day(deploy, *body, script_of(model, more), settings);
    EXPECT_TRUE(day) << day.error().message;
    if (!day) continue;
    EXPECT_THAT(day->broken, testing::IsEmpty());
    for (const auto& decision : day->decisions) text += schemas::to_json(decision) + "\n";
    for (const auto& app : day->apps) text += schemas::to_json(app) + "\n";
  }
  return text;
}

/// Values that a field of an app file may have, one of which must change something.
std::vector<std::string> values_of(const schemas::FieldInfo& field) {
  if (field.type->kind == ValueKind::kInteger) return {"3", "9"};
  if (field.type->kind == ValueKind::kNumber) return {"2", "900"};
  if (field.type->kind == ValueKind::kBoolean) return {"true", "false"};
  return {};
}

/// Numbers that wait for what will use them.
const std::set<std::string_view> kWaiting{};

TEST(AppFigures, EachChangesWhatIsDecidedOrWhatAppsGet) {
  const auto usual = outcome_of("");
  int swept = 0;
  for (const auto& field : schemas::describe<schemas::AppRequest>().fields) {
    const auto values = values_of(field);
    const bool does_something = std::any_of(values.begin(), values.end(), [&](const auto& value) {
      return outcome_of(std::string(field.name) + ": " + value + "\n") != usual;
    });
    if (kWaiting.contains(field.name))
      EXPECT_FALSE(does_something) << field.name << " does something: take it off kWaiting";
    else
      EXPECT_TRUE(values.empty() || does_something) << field.name << " does nothing";
    swept += !values.empty();
  }
  EXPECT_GE(swept, 6);
}

}  // namespace
}  // namespace synergy::figures_test
