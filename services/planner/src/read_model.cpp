#include "synergy/planner_service/read_model.hpp"

#include "synergy/accel_model/program.hpp"

namespace synergy::planner_service {

Result<planner::Model> read_model(const documents::DeployFolder& deploy, const ModelId& id) {
  auto description = deploy.model(id);
  if (!description) return description.error();
  auto program = accel_model::build_program(*description);
  if (!program) return program.error();
  auto digest = documents::model_digest(deploy.model_folder(id), *description);
  if (!digest) return digest.error();
  return planner::Model{std::move(*program), std::move(*digest), description->labels,
                        description->input.sensor};
}

}  // namespace synergy::planner_service
