#include "synergy/executor_adapter/begin.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "synergy/executor/executor.hpp"
#include "synergy/executor/task_table.hpp"
#include "synergy/executor_adapter/bus_driver.hpp"
#include "synergy/executor_adapter/ports.hpp"
#include "synergy/executor_spool/file_spool.hpp"

namespace synergy::executor_adapter {
namespace {

/// Frames that still wait are told once more so often: word of an outcome may have been lost.
constexpr Duration kTellFramesAgain = std::chrono::seconds(30);

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

/// In the run folder; nothing where no sensor of the device is fed.
Result<std::unique_ptr<executor::FrameSpool>> open_spool(const runtime::Context& context,
                                                         const schemas::Device& device) {
  const bool is_fed = std::any_of(device.sensors.begin(), device.sensors.end(),
                                  [](const auto& sensor) { return sensor.is_fed(); });
  if (!is_fed) return std::unique_ptr<executor::FrameSpool>();
  return executor_spool::open(context.folder().path() / ("frames-" + device.id.text() + ".sqlite"));
}

void log_deployment(runtime::Log& log, const schemas::Deploy& deploy, const Result<schemas::Deployed>& done) {
  if (!done)
    return log.warn("not_deployed", {{"plan", deploy.plan.id}, {"error", done.error().message}},
                    deploy.origin);
  log.info("deployed",
           {{"plan", deploy.plan.id},
            {"start", deploy.start},
            {"stage", schemas::name_of(deploy.stage)},
            {"weight_load_us", done->weight_load.count() / 1000}},
           deploy.origin);
}

void serve_deployments(runtime::Context& context, executor::Executor& executor, const DeviceId& device) {
  context.bus().serve<schemas::Deploy>(
      schemas::topics::executor(device),
      [&](const schemas::Deploy& deploy, const bus::Responder<schemas::Deploy>& answer) {
        executor.on(deploy, [&context, answer, deploy](Result<schemas::Deployed> done) {
          if (done) done->instance = context.bus().instance();
          log_deployment(context.log(), deploy, done);
          answer(done);
        });
      });
}

void serve(runtime::Context& context, executor::Executor& executor, const DeviceId& device) {
  auto& bus = context.bus();
  const auto runs = schemas::topics::run(device);
  // Tensors first: once a deploy is answered, the subscriptions before it are in force.
  bus.subscribe<schemas::RunGrant>(
      runs, [&](const schemas::Envelope&, const schemas::RunGrant& grant) { executor.on(grant); });
  bus.subscribe<schemas::RunSkip>(
      runs, [&](const schemas::Envelope&, const schemas::RunSkip& skip) { executor.on(skip); });
  bus.subscribe<schemas::TensorSent>(
      runs, [&](const schemas::Envelope&, const schemas::TensorSent& sent) { executor.on(sent); });
  bus.subscribe<schemas::TensorTaken>(
      runs, [&](const schemas::Envelope&, const schemas::TensorTaken& taken) { executor.on(taken); });
  bus.subscribe<schemas::FrameEnded>(
      runs, [&](const schemas::Envelope&, const schemas::FrameEnded& ended) { executor.on(ended); });
  bus.serve<schemas::FrameFeed>(schemas::topics::executor(device),
                                [&](const schemas::FrameFeed& feed) { return executor.on(feed); });
  context.every(kTellFramesAgain, [&] { executor.tell_frames_again(); });
  serve_deployments(context, executor, device);
  context.report([&] { return executor.counters(); });
  // A device that leaves politely serves until the mesh has gone over to a plan without it.
  context.busy_while([&] { return executor.busy(); });
}

/// Answers `tasks.query` at `cmd/executor/DEVICE`.
void serve_tasks(runtime::Context& context, const DeviceId& device, const TimeScale& scale,
                 const execution::TaskTrace& trace) {
  context.bus().serve<schemas::QueryTasks>(
      schemas::topics::executor(device),
      [&context, &trace, device, scale](const schemas::QueryTasks& query) -> Result<schemas::TaskTable> {
        return executor::task_table(query, device, trace, scale.to_model(context.clock().monotonic()));
      });
}

/// What an executor's process is made of, in the order of its making.
struct Parts {
  BusDriver driver;
  execution::TaskTrace trace;
  std::unique_ptr<executor::FrameSpool> spool;
  executor::Executor executor;

  Parts(runtime::Context& context, const runtime::DevicePlace& place,
        std::map<std::string, executor::Frames> frames, std::unique_ptr<executor::FrameSpool> opened)
      : driver(context.bus(), place.device.id),
        spool(std::move(opened)),
        executor(place.device.id, std::move(frames), driver, ports_of(context, place.scale, executor, trace),
                 spool.get()) {}
};

}  // namespace

Result<std::shared_ptr<void>> begin(runtime::Context& context, const runtime::DevicePlace& place) {
  auto frames = read_frames(place.deploy, place.device);
  if (!frames) return frames.error();
  auto spool = open_spool(context, place.device);
  if (!spool) return spool.error();
  auto parts = std::make_shared<Parts>(context, place, std::move(*frames), std::move(*spool));
  serve(context, parts->executor, place.device.id);
  serve_tasks(context, place.device.id, place.scale, parts->trace);
  return std::shared_ptr<void>(parts);
}

}  // namespace synergy::executor_adapter
