#include "reference_results.hpp"

#include <map>

#include "synergy/accel/inference.hpp"
#include "synergy/accel/model_files.hpp"
#include "synergy/accel_model/input_frame.hpp"
#include "synergy/cli/classification.hpp"
#include "synergy/execution/prepare.hpp"
#include "synergy/execution/result_value.hpp"
#include "synergy/executor/frames.hpp"

namespace synergy::cli {
namespace {

/// The app's network, and what its result is made of.
struct Network {
  schemas::AppRequest request;
  accel::LoadedModel model;
  schemas::PipelinePlan result;
  accel::Inference inference;
};

Result<Network> network_of(const documents::DeployFolder& deploy, const schemas::AppRequest& request) {
  auto model = accel::load_model(deploy.model_folder(request.model));
  if (!model) return model.error();
  accel::Inference inference(model->program, model->weights);
  Network network{request, std::move(*model), {}, std::move(inference)};
  network.result = result_form(network.model);
  return network;
}

Result<executor::Frames> frames_of(const documents::DeployFolder& deploy, const schemas::BodyView& body,
                                   const DeviceId& device, const std::string& capability) {
  if (const auto* found = body.find(device))
    for (const auto& sensor : found->sensors)
      if (sensor.capability == capability) return executor::Frames::read(deploy.root(), sensor);
  return executor::Frames();
}

bool is_right(Network& network, executor::Frames& frames, const schemas::RunResult& result) {
  const auto input = accel_model::input_frame(network.model.program);
  const auto kinds = network.model.description.input.kinds();
  if (!frames.serves(input, kinds)) return false;  // nothing that its device senses
  auto [data, generated] = frames.frame(result.run.key.run, input, kinds);
  if (generated != result.run.generated) return false;
  execution::prepare(data);
  const auto output = network.inference.run({reinterpret_cast<const std::int8_t*>(data.data()), data.size()});
  const auto expected = execution::result_of(network.result, {output.begin(), output.end()});
  const bool label =
      network.result.result == schemas::ResultKind::kArgmax && execution::has_one_label(network.result);
  if (!label) return result.output == expected;
  return execution::argmax_from(expected) == execution::Argmax{result.label, result.score};
}

}  // namespace

Result<Compared> compare_with_whole_networks(const documents::DeployFolder& deploy,
                                             const schemas::BodyView& body,
                                             const std::vector<schemas::AppRequest>& requests,
                                             const std::vector<schemas::RunResult>& results) {
  std::map<AppId, Network> networks;
  for (const auto& request : requests) {
    auto network = network_of(deploy, request);
    if (!network) return network.error();
    networks.emplace(request.app, std::move(*network));
  }
  std::map<std::pair<DeviceId, std::string>, executor::Frames> sensors;
  Compared compared;
  for (const auto& result : results) {
    const auto found = networks.find(result.run.key.app);
    if (found == networks.end() || result.run.devices.empty()) continue;
    const std::pair key(result.run.devices.front(), found->second.request.sensing.needs);
    if (!sensors.contains(key)) {
      auto frames = frames_of(deploy, body, key.first, key.second);
      if (!frames) return frames.error();
      sensors.emplace(key, std::move(*frames));
    }
    ++compared.checked;
    compared.different += is_right(found->second, sensors.at(key), result) ? 0 : 1;
  }
  return compared;
}

}  // namespace synergy::cli
