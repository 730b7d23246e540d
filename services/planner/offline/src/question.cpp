#include "synergy/planner_offline/question.hpp"

#include <algorithm>
#include <map>

#include "synergy/documents/load.hpp"
#include "synergy/documents/yaml.hpp"
#include "synergy/planner_service/read_model.hpp"

namespace synergy::planner_offline {
namespace fs = std::filesystem;

Result<schemas::BodyView> read_body(const Question& question) {
  const documents::DeployFolder deploy(question.deploy);
  auto body = deploy.body(question.body);
  if (!body || question.link.empty()) return body;
  auto link = deploy.link(question.link);
  if (!link) return link.error();
  body->link = std::move(*link);
  return body;
}

Result<planner::Problem> read_problem(const Question& question) {
  const documents::DeployFolder deploy(question.deploy);
  auto body = read_body(question);
  if (!body) return body.error();
  auto apps = documents::read_apps(question.apps);
  if (!apps) return apps.error();
  planner::Problem problem{std::move(*body), {}};
  std::map<ModelId, planner::Model> models;
  for (auto& app : *apps) {
    auto known = models.find(app.model);
    if (known == models.end()) {
      auto model = planner_service::read_model(deploy, app.model);
      if (!model) return model.error().at("app '" + app.app.text() + "'");
      known = models.emplace(app.model, std::move(*model)).first;
    }
    problem.pipelines.push_back({std::move(app), known->second});
  }
  return problem;
}

}  // namespace synergy::planner_offline
