// Executors joined by a network in memory, each with an accelerator that takes the times of the plan. The
// host may be late with everything it delivers; model time must not notice.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "synergy/accel_model/program.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/execution/plan_task.hpp"
#include "synergy/executor/executor.hpp"
#include "synergy/executor/memory_spool.hpp"
#include "synergy/planner/solve.hpp"

namespace synergy::executor_test {

using namespace std::chrono_literals;
using schemas::AcceleratorAction;

inline const DeviceId kGlasses("glasses"), kEarbud("earbud"), kWatch("watch");
inline const AppId kApp("digits");

/// The digit classifier on four MAX78000, from the glasses' camera to a display.
inline schemas::CollaborationPlan digits_plan(std::uint32_t at_least_devices, const DeviceId& target = kWatch,
                                              const std::vector<std::string>& apps = {"digits"},
                                              schemas::Residency residency = schemas::Residency::kResident) {
  const documents::DeployFolder deploy(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
  const auto body = deploy.body(deploy.root() / "bodies/four-78000.yaml");
  const auto model = deploy.model(ModelId("digits"));
  EXPECT_TRUE(body && model);
  planner::Problem problem{*body, {}};
  for (const auto& name : apps) {
    schemas::AppRequest app;
    app.app = AppId(name);
    app.model = ModelId("digits");
    app.sensing = {"camera", kGlasses};
    app.interaction = {"display", target};
    app.at_least_devices = at_least_devices;
    app.repeat = true;
    problem.pipelines.push_back(
        {app, {*accel_model::build_program(model->description), model->digest, model->description.labels}});
  }
  planner::SolveOptions options;
  options.policy = "ind-e2e";
  options.residency = residency;
  auto outcome = planner::solve(problem, options, planner::Budget{});
  EXPECT_TRUE(outcome.has_plan()) << outcome.reason;
  outcome.plan.id = 1;
  return outcome.plan;
}

/// Model time, and what happens at which.
class FakeHost {
 public:
  /// How late the host is with the next thing it delivers.
  std::function<Duration()> late = [] { return Duration(0); };

  [[nodiscard]] ModelTime now() const { return now_; }
  void at(ModelTime time, std::function<void()> run) {
    events_.emplace(std::pair(std::max(time, now_) + late(), ++sequence_), std::move(run));
  }
  /// A message: late like everything, yet never before one that was sent earlier.
  void deliver(std::function<void()> run) {
    last_message_ = std::max(last_message_, now_ + late());
    events_.emplace(std::pair(last_message_, ++sequence_), std::move(run));
  }
  bool step() {
    if (events_.empty()) return false;
    auto event = events_.extract(events_.begin());
    now_ = std::max(now_, event.key().first);
    event.mapped()();
    return true;
  }
  void run_out() {
    while (step()) {
    }
  }
  void run_until(ModelTime time) {
    while (!events_.empty() && events_.begin()->first.first <= time) step();
    now_ = std::max(now_, time);
  }

 private:
  ModelTime now_{960s}, last_message_{};
  std::uint64_t sequence_ = 0;
  std::map<std::pair<ModelTime, std::uint64_t>, std::function<void()>> events_;
};

/// An accelerator that knows what is resident and takes the plan's times, but computes nothing: what it
/// unloads is as many bytes as the plan says.
class FakeDriver final : public executor::AcceleratorDriver {
 public:
  static constexpr Duration kWeightLoad = 5ms;

  FakeDriver(FakeHost& host, DeviceId device) : host_(host), device_(std::move(device)) {}

  schemas::CollaborationPlan plan;  ///< whose times it takes
  std::vector<schemas::AcceleratorDo> operations;
  schemas::Bytes loaded;  ///< by the last load
  std::function<std::optional<Error>(const schemas::AcceleratorDo&)> fault = [](const auto&) {
    return std::nullopt;
  };
  void lose_memory() { resident_.clear(); }
  [[nodiscard]] const std::set<schemas::ChunkKey>& resident() const { return resident_; }

  void perform(const schemas::AcceleratorDo& operation,
               std::function<void(Result<schemas::AcceleratorDone>)> done) override {
    operations.push_back(operation);
    if (operation.action == AcceleratorAction::kLoad) loaded = operation.data;
    if (auto error = fault(operation)) return host_.at(host_.now(), [done, error] { done(*error); });
    switch (operation.action) {
      case AcceleratorAction::kPowerCycle:
        resident_.clear();
        break;
      case AcceleratorAction::kLoadWeights:
        resident_.insert(operation.chunk);
        break;
      case AcceleratorAction::kReload:
        resident_ = {operation.chunk};
        break;
      default:
        if (!resident_.contains(operation.chunk))
          return host_.at(host_.now(), [done] { done(Error{ErrorCode::kNotFound, "not resident"}); });
    }
    schemas::AcceleratorDone answer;
    const auto* step = step_of(operation);
    answer.begin = std::max(operation.begin, free_since_);
    answer.end = answer.begin + (operation.streamed                                    ? Duration(0)
                                 : step != nullptr                                     ? step->duration
                                 : operation.action == AcceleratorAction::kLoadWeights ? kWeightLoad
                                                                                       : Duration(0));
    if (operation.action == AcceleratorAction::kUnload && step != nullptr) answer.data.assign(step->bytes, 1);
    free_since_ = answer.end;
    host_.at(answer.end, [this, done, answer, forgotten = forgotten_] {
      if (forgotten == forgotten_) done(answer);
    });
  }
  void forget() override { ++forgotten_; }
  [[nodiscard]] int forgotten() const { return forgotten_; }
  /// Of the operations so far, with their chunk's first layer.
  [[nodiscard]] std::vector<std::pair<AcceleratorAction, std::uint32_t>> actions() const {
    std::vector<std::pair<AcceleratorAction, std::uint32_t>> all;
    for (const auto& operation : operations) all.emplace_back(operation.action, operation.chunk.first_layer);
    return all;
  }

 private:
  const schemas::Step* step_of(const schemas::AcceleratorDo& operation) const {
    static const std::map<AcceleratorAction, schemas::TaskKind> kinds{
        {AcceleratorAction::kSwitch, schemas::TaskKind::kSwitch},
        {AcceleratorAction::kReload, schemas::TaskKind::kSwitch},
        {AcceleratorAction::kLoad, schemas::TaskKind::kLoad},
        {AcceleratorAction::kInfer, schemas::TaskKind::kInfer},
        {AcceleratorAction::kUnload, schemas::TaskKind::kUnload}};
    const auto kind = kinds.find(operation.action);
    if (kind == kinds.end()) return nullptr;
    for (const auto& pipeline : plan.pipelines)
      for (const auto& execution : pipeline.executions)
        for (const auto& step : execution.steps)
          if (pipeline.model == operation.chunk.model && step.kind == kind->second &&
              step.device == device_ &&
              execution.chunks[step.chunk].first_layer == operation.chunk.first_layer &&
              execution.chunks[step.chunk].last_layer == operation.chunk.last_layer)
            return &step;
    return nullptr;
  }

  FakeHost& host_;
  DeviceId device_;
  std::set<schemas::ChunkKey> resident_;
  ModelTime free_since_{};
  int forgotten_ = 0;
};

/// It sees the held-out digits, and noise where a model takes another shape.
inline schemas::Sensor digits_camera() {
  return {"camera", "", {{{"models/digits/heldout/images.npy", {}, {}, {}}, {"", {}, 0, {}}}}};
}

class FakeMesh {
 public:
  struct Node {
    std::unique_ptr<FakeDriver> driver;
    executor::MemorySpool spool;
    std::unique_ptr<executor::Executor> executor;
  };

  FakeHost host;
  std::map<DeviceId, Node> nodes;
  std::vector<schemas::RunResult> results;
  std::vector<schemas::RunFailed> failures;
  std::vector<schemas::TensorSent> tensors;
  std::vector<schemas::TensorTaken> takens;
  std::vector<schemas::TaskRecord> done_tasks;
  std::vector<schemas::FramesOpen> frames_told;
  /// Whether the dispatcher answers what it is told of frames.
  std::function<bool()> answers_to_frames = [] { return true; };
  std::uint64_t start = 1;  ///< of the plan; deploy_again() counts it up
  /// How many copies of a message arrive.
  std::function<int(const schemas::TensorSent&)> tensor_copies = [](const auto&) { return 1; };
  std::function<int(const schemas::TensorTaken&)> taken_copies = [](const auto&) { return 1; };
  std::function<void(const schemas::RunResult&)> on_result = [](const auto&) {};

  explicit FakeMesh(std::function<std::unique_ptr<executor::AcceleratorDriver>(FakeHost&, const DeviceId&)>
                        make_driver = {},
                    const std::vector<DeviceId>& devices = {kGlasses, kEarbud, kWatch},
                    const schemas::Sensor& camera = digits_camera()) {
    for (const auto& device : devices) {
      auto& node = nodes[device];
      node.driver = std::make_unique<FakeDriver>(host, device);
      if (make_driver) own_drivers_.push_back(make_driver(host, device));
      executor::AcceleratorDriver& driver = make_driver ? *own_drivers_.back() : *node.driver;
      node.executor = std::make_unique<executor::Executor>(
          device, std::map<std::string, executor::Frames>{{"camera", frames_of(camera)}}, driver,
          ports(device), &node.spool);
    }
  }

  executor::Executor& executor(const DeviceId& device) { return *nodes.at(device).executor; }
  executor::MemorySpool& spool(const DeviceId& device) { return nodes.at(device).spool; }
  FakeDriver& driver(const DeviceId& device) { return *nodes.at(device).driver; }

  std::shared_ptr<std::optional<Result<schemas::Deployed>>> deploy_to(
      const DeviceId& device, const schemas::CollaborationPlan& plan,
      schemas::DeployStage stage = schemas::DeployStage::kServe) {
    if (stage == schemas::DeployStage::kServe) driver(device).plan = plan;
    auto answer = std::make_shared<std::optional<Result<schemas::Deployed>>>();
    executor(device).on(schemas::Deploy{plan, start, stage}, [answer](Result<schemas::Deployed> done) {
      EXPECT_FALSE(answer->has_value()) << "answered twice";
      *answer = std::move(done);
    });
    return answer;
  }
  void deploy(const schemas::CollaborationPlan& plan) {
    for (const auto& [device, node] : nodes) {
      const auto answer = deploy_to(device, plan);
      host.run_out();
      ASSERT_TRUE(answer->has_value());
      ASSERT_TRUE(**answer) << (*answer)->error().message;
    }
  }
  /// As the dispatcher starts a plan again: everything under way is forgotten.
  void deploy_again(const schemas::CollaborationPlan& plan) {
    begin_start();
    deploy(plan);
  }
  /// From here on deployments and grants are of the plan's next start.
  void begin_start() {
    ++start;
    turns_.clear();
  }
  /// A run takes the next turn of its pipeline; the same run and attempt again is a repeated message.
  void grant(std::uint64_t run, ModelTime not_before, std::uint32_t attempt = 1, std::uint64_t plan_id = 1,
             const AppId& app = kApp) {
    const schemas::RunKey key{app, run, attempt};
    auto& turns = turns_[app];
    const auto turn = turns.try_emplace(key, turns.size()).first->second;
    executor(kGlasses).on(schemas::RunGrant{key, plan_id, 0, not_before, start, turn});
  }
  void grant_turn(const schemas::CollaborationPlan& plan, std::uint32_t pipeline, std::uint64_t turn,
                  ModelTime not_before) {
    const auto& planned = plan.pipelines[pipeline];
    const auto e = execution::execution_index(planned, turn);
    executor(planned.executions[e].source)
        .on(schemas::RunGrant{{planned.app, turn, 1}, plan.id, e, not_before, start, turn});
  }
  void skip(const schemas::CollaborationPlan& plan, std::uint32_t pipeline, std::uint64_t first,
            std::uint64_t turns) {
    for (auto& [device, node] : nodes)
      node.executor->on(schemas::RunSkip{plan.pipelines[pipeline].app, plan.id, start, first, turns});
  }
  [[nodiscard]] std::uint64_t counter(const DeviceId& device, const std::string& name) {
    return executor(device).counters().at(name);
  }

 private:
  static executor::Frames frames_of(const schemas::Sensor& sensor) {
    auto frames = executor::Frames::read(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy", sensor);
    EXPECT_TRUE(frames) << frames.error().message;
    return *frames;
  }
  executor::Ports ports(const DeviceId& device) {
    executor::Ports made;
    made.follow_results = [this, device](const AppId& app) { followers_[app].insert(device); };
    made.trace = [this](const schemas::TaskRecord& task) { done_tasks.push_back(task); };
    made.now = [this] { return host.now(); };
    made.at = [this](ModelTime time, std::function<void()> then) { host.at(time, std::move(then)); };
    made.send_tensor = [this](const DeviceId& to, const schemas::TensorSent& tensor) {
      tensors.push_back(tensor);
      for (int copy = tensor_copies(tensor); copy > 0; --copy)
        host.deliver([this, to, tensor] { executor(to).on(tensor); });
    };
    made.send_taken = [this](const DeviceId& to, const schemas::TensorTaken& taken) {
      takens.push_back(taken);
      for (int copy = taken_copies(taken); copy > 0; --copy)
        host.deliver([this, to, taken] { executor(to).on(taken); });
    };
    made.publish_result = [this](const schemas::RunResult& result) {
      results.push_back(result);
      for (const auto& follower : followers_[result.run.key.app])
        host.deliver([this, follower, result] { executor(follower).on(result); });
      on_result(result);
    };
    made.tell_frames = [this](const schemas::FramesOpen& frames, const std::function<void(bool)>& done) {
      frames_told.push_back(frames);
      host.deliver([this, done] { done(answers_to_frames()); });
    };
    made.publish_failed = [this](const schemas::RunFailed& failed) { failures.push_back(failed); };
    return made;
  }

  std::vector<std::unique_ptr<executor::AcceleratorDriver>> own_drivers_;
  std::map<AppId, std::map<schemas::RunKey, std::uint64_t>> turns_;
  std::map<AppId, std::set<DeviceId>> followers_;
};

}  // namespace synergy::executor_test
