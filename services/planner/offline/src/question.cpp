#include "synergy/planner_offline/question.hpp"

#include <algorithm>
#include <map>

#include "synergy/documents/load.hpp"
#include "synergy/documents/yaml.hpp"
#include "synergy/planner_service/read_model.hpp"

namespace synergy::planner_offline {
namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> app_files(const std::vector<fs::path>& given) {
  std::vector<fs::path> files;
  for (const auto& path : given) {
    std::error_code failure;
    if (!fs::is_directory(path, failure)) {
      files.push_back(path);
      continue;
    }
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(path, failure))
      if (entry.path().extension() == ".yaml") found.push_back(entry.path());
    if (found.empty()) return Error{ErrorCode::kNotFound, path.string() + ": holds no app files (.yaml)"};
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace

fs::path deploy_folder_of(const fs::path& body) {
  const auto folder = fs::absolute(body).lexically_normal().parent_path();
  return folder.parent_path();
}

Result<planner::Problem> read_problem(const Question& question) {
  const documents::DeployFolder deploy(question.deploy.empty() ? deploy_folder_of(question.body)
                                                               : question.deploy);
  auto body = deploy.body(question.body);
  if (!body) return body.error();
  if (!question.link.empty()) {
    auto link = deploy.link(question.link);
    if (!link) return link.error();
    body->link = std::move(*link);
  }
  const auto files = app_files(question.apps);
  if (!files) return files.error();
  if (files->empty()) return Error{ErrorCode::kInvalid, "no apps are given"};
  planner::Problem problem{std::move(*body), {}};
  std::map<ModelId, planner::Model> models;
  for (const auto& file : *files) {
    auto app = documents::read_app(file);
    if (!app) return app.error();
    auto known = models.find(app->model);
    if (known == models.end()) {
      auto model = planner_service::read_model(deploy, app->model);
      if (!model) return model.error().at(file.string());
      known = models.emplace(app->model, std::move(*model)).first;
    }
    problem.pipelines.push_back({std::move(*app), known->second});
  }
  return problem;
}

}  // namespace synergy::planner_offline
