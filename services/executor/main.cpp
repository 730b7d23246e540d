// The executor of one device: joins its queues to the bus and to its accelerator.
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "serve_tasks.hpp"
#include "synergy/executor/executor.hpp"
#include "synergy/runtime/device_main.hpp"

using namespace synergy;
using namespace std::chrono_literals;

namespace {

/// Drives the accelerator that answers on the bus: today an emulator.
class BusDriver final : public executor::AcceleratorDriver {
 public:
  BusDriver(bus::Participant& bus, const DeviceId& device)
      : bus_(bus), topic_(schemas::topics::accelerator(device)) {}

  void perform(const schemas::AcceleratorDo& operation,
               std::function<void(Result<schemas::AcceleratorDone>)> done) override {
    const auto number = ++last_;
    calls_[number] =
        bus_.call(topic_, operation, kPatience, [this, number, done = std::move(done)](auto answer) {
          calls_.erase(number);
          done(std::move(answer));
        });
  }
  void forget() override {
    for (const auto& [number, call] : calls_) bus_.cancel(call);
    calls_.clear();
  }

 private:
  static constexpr Duration kPatience = 10s;
  bus::Participant& bus_;
  std::string topic_;
  std::map<std::uint64_t, std::string> calls_;  ///< that are not answered
  std::uint64_t last_ = 0;
};

Result<std::map<std::string, executor::Frames>> read_frames(const std::filesystem::path& deploy,
                                                            const schemas::Device& device) {
  std::map<std::string, executor::Frames> sensors;
  for (const auto& sensor : device.sensors) {
    auto frames = executor::Frames::read(deploy, sensor);
    if (!frames) return frames.error();
    sensors.emplace(sensor.capability, std::move(*frames));
  }
  return sensors;
}

executor::Ports ports_of(runtime::Context& context, const TimeScale& scale, executor::Executor& executor,
                         execution::TaskTrace& trace) {
  auto& bus = context.bus();
  // A failed send is a lost tensor or result: the dispatcher's time-out repeats the run, so the log is
  // enough.
  const auto check = [&context](const Status& sent, std::string_view what) {
    if (!sent) context.log().warn("not_sent", {{"what", what}, {"error", sent.error().message}});
  };
  executor::Ports ports;
  ports.now = [&context, scale] { return scale.to_model(context.clock().monotonic()); };
  ports.at = [&context, scale](ModelTime time, std::function<void()> then) {
    context.at(scale.to_host(time), std::move(then));
  };
  ports.send_tensor = [&bus, check](const DeviceId& to, const schemas::TensorSent& tensor) {
    check(bus.publish(schemas::topics::tensor(to), tensor), "tensor");
  };
  ports.send_taken = [&bus, check](const DeviceId& to, const schemas::TensorTaken& taken) {
    check(bus.publish(schemas::topics::tensor(to), taken), "taken");
  };
  ports.publish_result = [&bus, check](const schemas::RunResult& result) {
    check(bus.publish(schemas::topics::result(result.run.key.app), result), "result");
  };
  ports.trace = [&trace](const schemas::TaskRecord& task) { trace.add(task); };
  ports.follow_results = [&bus, &executor, followed = std::set<AppId>()](const AppId& app) mutable {
    if (!followed.insert(app).second) return;
    bus.subscribe<schemas::RunResult>(
        schemas::topics::result(app),
        [&](const schemas::Envelope&, const schemas::RunResult& result) { executor.on(result); });
  };
  ports.publish_failed = [&bus, check, &context](const schemas::RunFailed& failed) {
    context.log().warn("run_failed", {{"app", failed.key.app.text()},
                                      {"run", failed.key.run},
                                      {"attempt", failed.key.attempt},
                                      {"reason", failed.reason}});
    check(bus.publish(schemas::topics::failed(failed.key.app), failed), "failed");
  };
  return ports;
}

/// Takes part in runs, from the moment the body view is known.
void serve(runtime::Context& context, executor::Executor& executor, const DeviceId& device) {
  auto& bus = context.bus();
  const auto tensor = schemas::topics::tensor(device);
  // Tensors first: once a deploy is answered, the subscriptions before it are in force.
  bus.subscribe<schemas::RunGrant>(
      tensor, [&](const schemas::Envelope&, const schemas::RunGrant& grant) { executor.on(grant); });
  bus.subscribe<schemas::RunSkip>(
      tensor, [&](const schemas::Envelope&, const schemas::RunSkip& skip) { executor.on(skip); });
  bus.subscribe<schemas::TensorSent>(
      tensor, [&](const schemas::Envelope&, const schemas::TensorSent& sent) { executor.on(sent); });
  bus.subscribe<schemas::TensorTaken>(
      tensor, [&](const schemas::Envelope&, const schemas::TensorTaken& taken) { executor.on(taken); });
  bus.serve<schemas::Deploy>(
      schemas::topics::executor(device),
      [&](const schemas::Deploy& deploy, const bus::Responder<schemas::Deploy>& answer) {
        executor.on(deploy, [&context, answer, id = deploy.plan.id, start = deploy.start,
                             stage = deploy.stage](Result<schemas::Deployed> done) {
          if (done) done->instance = context.bus().instance();
          if (done)
            context.log().info("deployed", {{"plan", id},
                                            {"start", start},
                                            {"stage", schemas::name_of(stage)},
                                            {"weight_load_us", done->weight_load.count() / 1000}});
          else
            context.log().warn("not_deployed", {{"plan", id}, {"error", done.error().message}});
          answer(done);
        });
      });
  context.report([&] { return executor.counters(); });
  // A device that leaves politely serves until the mesh has gone over to a plan without it.
  context.busy_while([&] { return executor.busy(); });
}

/// What an executor's process is made of, in the order of its making.
struct Parts {
  BusDriver driver;
  execution::TaskTrace trace;
  executor::Executor executor;

  Parts(runtime::Context& context, const runtime::DevicePlace& place,
        std::map<std::string, executor::Frames> frames)
      : driver(context.bus(), place.device.id),
        executor(place.device.id, std::move(frames), driver,
                 ports_of(context, place.scale, executor, trace)) {}
};

}  // namespace

int main(int argc, char** argv) {
  return runtime::device_main(
      argc, argv, "executor", {"executor", "Runs the tasks of one device's units."},
      [](runtime::Context& context, const runtime::DevicePlace& place) -> Result<std::shared_ptr<void>> {
        auto frames = read_frames(place.deploy, place.device);
        if (!frames) return frames.error();
        auto parts = std::make_shared<Parts>(context, place, std::move(*frames));
        serve(context, parts->executor, place.device.id);
        serve_tasks(context, place.device.id, place.scale, parts->trace);
        return std::shared_ptr<void>(parts);
      });
}
