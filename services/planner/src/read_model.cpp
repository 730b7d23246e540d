#include "synergy/planner_service/read_model.hpp"

#include <utility>

#include "synergy/accel_model/program.hpp"

namespace synergy::planner_service {

Result<planner::Model> read_model(const documents::DeployFolder& deploy, const ModelId& id) {
  auto model = deploy.model(id);
  if (!model) return model.error();
  auto program = accel_model::build_program(model->description);
  if (!program) return program.error();
  return planner::Model{std::move(*program), std::move(model->digest), std::move(model->description.labels),
                        std::move(model->description.input.sensor), model->description.input.kinds()};
}

}  // namespace synergy::planner_service
