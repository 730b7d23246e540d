// A planning problem from files: a body, apps, and the models they name. No running mesh is needed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "synergy/planner/problem.hpp"

namespace synergy::planner_offline {

struct Question {
  std::filesystem::path deploy;  ///< folder with devices, links, models
  std::filesystem::path body;
  std::string link;  ///< a link, by name or file, that replaces the body's; empty: the body's own
  std::vector<std::filesystem::path> apps;  ///< app files; a folder stands for all it holds, in order of name
};

/// The body, with the question's link. Fails as read_problem().
[[nodiscard]] Result<schemas::BodyView> read_body(const Question& question);
/// Fails with kNotFound or kInvalid; the message names the file.
[[nodiscard]] Result<planner::Problem> read_problem(const Question& question);

}  // namespace synergy::planner_offline
