// Problems for the planner's tests: the digit classifier on the bodies of deploy/, and small random ones that
// are the same for the same seed on every machine.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "synergy/accel_model/program.hpp"
#include "synergy/base/splitmix64.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/planner/solve.hpp"

namespace synergy::planner_test {

inline documents::DeployFolder deploy_folder() {
  return documents::DeployFolder(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
}

/// Read once: hundreds of problems are made from it.
inline const schemas::BodyView& standard_body(const std::string& name) {
  static std::map<std::string, schemas::BodyView> known;
  if (const auto found = known.find(name); found != known.end()) return found->second;
  const auto deploy = deploy_folder();
  auto body = deploy.body(deploy.root() / "bodies" / (name + ".yaml"));
  EXPECT_TRUE(body) << body.error().message;
  return known.emplace(name, body ? *body : schemas::BodyView{}).first->second;
}

inline planner::Model read_digits_model() {
  const auto deploy = deploy_folder();
  const ModelId id("digits");
  const auto model = deploy.model(id);
  EXPECT_TRUE(model) << model.error().message;
  const auto& description = model->description;
  auto program = accel_model::build_program(description);
  EXPECT_TRUE(program) << program.error().message;
  return {*program, model->digest, description.labels, description.input.sensor, description.input.kinds()};
}

inline planner::Model digits_model() {
  static const auto model = read_digits_model();
  return model;
}

/// Camera of the glasses to display of the watch, as in deploy/apps/digits.yaml.
inline schemas::AppRequest digits_app(std::uint32_t at_least_devices = 1,
                                      const std::string& name = "digits") {
  schemas::AppRequest app;
  app.app = AppId(name);
  app.model = ModelId("digits");
  app.sensing = {"camera", DeviceId("glasses")};
  app.interaction = {"display", DeviceId("watch")};
  app.at_least_devices = at_least_devices;
  app.repeat = true;
  return app;
}

inline planner::Problem digits_problem(std::uint32_t at_least_devices = 1) {
  return {standard_body("four-78000"), {{digits_app(at_least_devices), digits_model()}}};
}

class Random : public SplitMix64 {
 public:
  using SplitMix64::SplitMix64;
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <class T>
  T any_of(const std::vector<T>& values) {
    return values[below(values.size())];
  }
};

/// Grows a model layer by layer; masks are the lowest processors, outputs alternate between two offsets.
class SmallModel {
 public:
  SmallModel(const std::string& name, std::uint32_t channels, std::uint32_t size) : channels_(channels) {
    description_.name = ModelId(name);
    description_.input = {channels, size, size, schemas::DataFormat::kHwc};
  }
  SmallModel& conv(std::uint32_t outputs, std::uint32_t kernel) {
    auto& layer = add(schemas::Operator::kConv2d, outputs);
    layer.kernel_size = kernel;
    layer.pad = kernel == 3 ? 1 : 0;
    return *this;
  }
  SmallModel& linear(std::uint32_t outputs) {
    add(schemas::Operator::kLinear, outputs).flatten = true;
    return *this;
  }
  SmallModel& halved() {
    description_.layers.back().max_pool = schemas::Extent{2, 2};
    description_.layers.back().pool_stride = {2, 2};
    return *this;
  }
  SmallModel& raw() {
    description_.result = schemas::ResultKind::kRaw;
    return *this;
  }
  [[nodiscard]] planner::Model build() const {
    auto program = accel_model::build_program(description_);
    EXPECT_TRUE(program) << program.error().message;
    return {program ? *program : accel_model::Program{}, "digest of " + description_.name.text(), {}};
  }

 private:
  static std::uint64_t lowest(std::uint32_t channels) {
    const auto count = accel_model::channels_per_pass(channels);
    return count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
  }
  schemas::LayerDescription& add(schemas::Operator op, std::uint32_t outputs) {
    schemas::LayerDescription layer;
    const bool first = description_.layers.empty();
    layer.name = "layer" + std::to_string(description_.layers.size());
    layer.op = op;
    layer.out_channels = outputs;
    layer.processors = first ? lowest(channels_) : description_.layers.back().output_processors;
    layer.output_processors = lowest(outputs);
    layer.in_offset = first ? 0 : description_.layers.back().out_offset;
    layer.out_offset = layer.in_offset == 0 ? 0x4000 : 0;
    layer.weights = layer.name + ".npy";
    channels_ = outputs;
    description_.layers.push_back(layer);
    return description_.layers.back();
  }

  schemas::ModelDescription description_;
  std::uint32_t channels_;
};

/// One to five layers; some so large that two of them do not fit one MAX78000.
inline planner::Model random_model(Random& random, const std::string& name) {
  std::uint32_t size = random.any_of<std::uint32_t>({4, 8, 12});
  SmallModel model(name, random.any_of<std::uint32_t>({1, 3, 16, 64}), size);
  const auto layers = 1 + random.below(5);
  for (std::uint64_t i = 0; i < layers; ++i) {
    if (i > 0 && i + 1 == layers && random.one_in(2)) {
      model.linear(random.any_of<std::uint32_t>({2, 10, 100}));
      break;
    }
    model.conv(random.any_of<std::uint32_t>({1, 4, 12, 60, 64, 128, 500}),
               random.any_of<std::uint32_t>({1, 3}));
    if (i > 0 && size >= 8 && random.one_in(2)) {
      model.halved();
      size /= 2;
    }
  }
  if (random.one_in(3)) model.raw();
  return model.build();
}

/// One to four devices of both profiles; a quarter of them absent; a link of random speed, sometimes
/// unlimited.
inline schemas::BodyView random_body(Random& random) {
  auto body = standard_body("mixed-4");
  const auto count = random.one_in(4) ? 1 + random.below(4) : 4;
  body.devices.resize(count);
  for (auto& device : body.devices) {
    device.profile = random.one_in(2) ? "max78000" : "max78002";
    device.sensors.clear();
    device.actuators.clear();
    if (!random.one_in(4)) device.sensors.push_back({"camera", ""});
    if (random.one_in(2)) device.sensors.push_back({"imu", ""});
    if (!random.one_in(4)) device.actuators.push_back("display");
    if (random.one_in(2)) device.actuators.push_back("haptic");
    if (random.one_in(8)) body.absent.push_back(device.id);
  }
  body.link.bytes_per_second.value = random.one_in(5) ? 0 : double(5'000 + random.below(5'000'000));
  body.link.message_overhead_us.value = double(random.below(10'000));
  return body;
}

inline planner::Pipeline random_pipeline(Random& random, const schemas::BodyView& body,
                                         const std::string& name) {
  planner::Pipeline pipeline;
  pipeline.model = random_model(random, "model-" + name);
  pipeline.app.app = AppId(name);
  pipeline.app.model = ModelId("model-" + name);
  pipeline.app.sensing.needs = random.one_in(2) ? "camera" : "imu";
  pipeline.app.interaction.needs = random.one_in(2) ? "display" : "haptic";
  pipeline.app.repeat = true;
  if (random.one_in(8)) pipeline.app.sensing.on = random.any_of(body.devices).id;
  if (random.one_in(8)) pipeline.app.interaction.on = random.any_of(body.devices).id;
  pipeline.app.at_least_devices = random.one_in(3) ? std::uint32_t(1 + random.below(3)) : 1;
  return pipeline;
}

inline planner::Problem random_problem(std::uint64_t seed, std::size_t pipelines) {
  Random random(seed);
  planner::Problem problem;
  problem.body = random_body(random);
  for (std::size_t p = 0; p < pipelines; ++p)
    problem.pipelines.push_back(random_pipeline(random, problem.body, "app" + std::to_string(p)));
  return problem;
}

inline std::vector<schemas::TaskKind> kinds_of(const schemas::ExecutionPlan& plan) {
  std::vector<schemas::TaskKind> kinds;
  for (const auto& step : plan.steps) kinds.push_back(step.kind);
  return kinds;
}

}  // namespace synergy::planner_test
