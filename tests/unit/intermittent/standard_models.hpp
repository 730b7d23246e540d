// The models and device profiles of deploy/, as chains.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "random_chain.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/planner_service/read_model.hpp"

namespace synergy::intermittent_test {

inline documents::DeployFolder deploy_folder() {
  return documents::DeployFolder(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
}

inline const planner::Model& standard_model(const std::string& name) {
  static std::map<std::string, planner::Model> known;
  if (const auto found = known.find(name); found != known.end()) return found->second;
  auto model = planner_service::read_model(deploy_folder(), ModelId(name));
  EXPECT_TRUE(model) << model.error().message;
  return known.emplace(name, std::move(*model)).first->second;
}

inline schemas::DeviceProfile standard_profile(const std::string& name) {
  auto profile = deploy_folder().device_profile(name);
  EXPECT_TRUE(profile) << profile.error().message;
  return *profile;
}

/// On a MAX78000.
inline Chain chain_of(const std::string& model, const CheckpointFigures& figures) {
  auto chain = make_chain(standard_model(model), standard_profile("max78000"), figures);
  EXPECT_TRUE(chain) << chain.error().message;
  return std::move(*chain);
}

}  // namespace synergy::intermittent_test
