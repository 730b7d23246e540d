#include "body.hpp"

#include <utility>

#include "synergy/schemas/roster.hpp"

namespace synergy::virtual_mesh {

using namespace std::chrono_literals;
using schemas::LifeCycle;

namespace {

/// Nobody dies in silence on a scripted day: fewer heartbeats than in the mesh tell as much.
constexpr Duration kHeartbeat = 1s;
static_assert(kHeartbeat < schemas::kSilentAfter);
/// The monitor looks ten times a second; half of that is what a change waits for it.
constexpr Duration kMonitorLooksAfter = 50ms;
constexpr Duration kDeployTime = 30s;  ///< as the dispatcher's process waits
constexpr Duration kDrainTime = 2s;    ///< as runtime gives a process that is asked to end
constexpr Duration kLookWhetherIdle = 50ms;

}  // namespace

Body::Body(EventQueue& queue, documents::DeployFolder deploy, schemas::BodyView view, Ears ears)
    : queue_(queue),
      deploy_(std::move(deploy)),
      ears_(std::move(ears)),
      watch_(std::move(view)),
      models_(deploy_) {}

Status Body::read_frames() {
  for (const auto& device : watch_.body().devices)
    for (const auto& sensor : device.sensors) {
      auto frames = executor::Frames::read(deploy_.root(), sensor);
      if (!frames) return frames.error().at("device '" + device.id.text() + "'");
      sensors_[device.id].emplace(sensor.capability, *std::move(frames));
    }
  return {};
}

void Body::begin() {
  for (const auto& device : watch_.body().devices) join(device.id);
  judge();
  queue_.after(kHeartbeat, [this] { beat(); });
}

Result<accel_model::Program> Body::program_of(const schemas::ChunkKey& key) {
  auto model = models_.read(key.model);
  if (!model) return model.error();
  if (model->digest != key.model_digest)
    return Error{ErrorCode::kConflict, "the files of model '" + key.model.text() + "' have changed"};
  return std::move(model->program);
}

void Body::join(const DeviceId& device) {
  const auto& view = watch_.body();
  auto life = std::make_shared<Life>();
  life->instance = ++instances_;
  life->accelerator = std::make_unique<Accelerator>(queue_, view.profile_of(*view.find(device)),
                                                    [this](const auto& key) { return program_of(key); });
  life->executor = std::make_unique<executor::Executor>(device, sensors_[device], *life->accelerator,
                                                        ports_of(life), &spools_[device]);
  lives_[device] = life;
  tell(device, LifeCycle::kReady, life->instance);
}

void Body::leave(const DeviceId& device) {
  auto& life = *lives_.at(device);
  life.state = LifeCycle::kDraining;
  life.leaves_at = queue_.now() + kDrainTime;
  tell(device, life.state, life.instance);
  end_when_idle(device);
}

void Body::end_when_idle(const DeviceId& device) {
  const auto found = lives_.find(device);
  if (found == lives_.end() || found->second->state != LifeCycle::kDraining) return;  // it came back
  const auto& life = *found->second;
  if (life.executor->busy() && queue_.now() < life.leaves_at)
    return queue_.after(kLookWhetherIdle, [this, device] { end_when_idle(device); });
  const auto instance = life.instance;
  lives_.erase(found);
  tell(device, LifeCycle::kStopped, instance);
}

void Body::tell(const DeviceId& device, LifeCycle state, std::uint64_t instance) {
  schemas::Health health;
  health.instance = instance;
  health.state = state;
  health.process = schemas::process::of_device(schemas::process::kAccelerator, device);
  watch_.hear(health, queue_.now());
  health.process = schemas::process::of_device(schemas::process::kExecutor, device);
  if (const auto life = lives_.find(device); life != lives_.end())
    health.counters["energy_uj"] = life->second->executor->counters().at("energy_uj");
  watch_.hear(health, queue_.now());
  queue_.soon([this, health] { ears_.health(health); });
  queue_.after(kMonitorLooksAfter, [this] { judge(); });
}

void Body::beat() {
  for (const auto& [device, life] : lives_) tell(device, life->state, life->instance);
  queue_.after(kHeartbeat, [this] { beat(); });
}

void Body::judge() {
  if (watch_.judge(queue_.now())) ears_.body(watch_.body());
}

Status Body::change(const schemas::BodyChange& change, const std::optional<schemas::LinkProfile>& link) {
  if (auto status = watch_.change(change, link, {}); !status) return status;
  judge();
  return {};
}

void Body::deploy(const DeviceId& device, const schemas::Deploy& deploy, Deployed done) {
  const auto number = ++deployed_;
  deployments_[{device, deploy.stage}] = number;
  const auto answer = [this, number, key = std::pair(device, deploy.stage),
                       done = std::move(done)](Result<schemas::Deployed> result) {
    const auto newest = deployments_.find(key);
    if (newest == deployments_.end() || newest->second != number) return;  // answered, or out of date
    deployments_.erase(newest);
    if (const auto life = lives_.find(key.first); result && life != lives_.end())
      result->instance = life->second->instance;
    done(std::move(result));
  };
  queue_.soon([this, device, deploy, answer] {
    const auto life = lives_.find(device);
    if (life == lives_.end()) return;
    life->second->executor->on(deploy,
                               [this, answer, device, deploy](const Result<schemas::Deployed>& result) {
                                 queue_.soon([answer, result] { answer(result); });
                                 if (result && deploy.stage == schemas::DeployStage::kServe)
                                   begin_feeds(device, deploy.plan);
                               });
  });
  queue_.after(kDeployTime, [answer] { answer(Error{ErrorCode::kTimeout, "no answer in 30 s"}); });
}

void Body::begin_feeds(const DeviceId& device, const schemas::CollaborationPlan& plan) {
  if (std::exchange(fed_by_[device], plan.id) == plan.id) return;
  std::map<std::string, Feed> feeds;
  for (const auto& pipeline : plan.pipelines) {
    const bool is_fed = pipeline.frames != schemas::FrameUse::kOwn;
    if (!is_fed || pipeline.executions.front().source != device || !(pipeline.runs_per_second > 0)) continue;
    const auto period = period_of(pipeline.runs_per_second);
    const auto [at, is_first] =
        feeds.try_emplace(pipeline.sensing, Feed{plan.id, pipeline.sensing, pipeline.input, period});
    at->second.period = std::min(at->second.period, period);
    if (pipeline.input.values() > at->second.shape.values()) at->second.shape = pipeline.input;
  }
  for (const auto& [sensor, one] : feeds) feed(device, one);
}

void Body::feed(const DeviceId& device, const Feed& feed) {
  if (fed_by_[device] != feed.plan_id) return;
  schemas::FrameFeed frame;
  frame.sensor = feed.sensor;
  frame.id = std::to_string(++frames_fed_);
  frame.shape = {feed.shape.channels, feed.shape.rows, feed.shape.columns};
  frame.data = executor::generated_frame(0, frames_fed_, feed.shape.values());
  // One that is refused is a frame that the sensor could not keep: the next comes all the same.
  if (const auto life = lives_.find(device); life != lives_.end()) (void)life->second->executor->on(frame);
  queue_.after(feed.period, [this, device, feed] { this->feed(device, feed); });
}

executor::Ports Body::ports_of(const std::weak_ptr<Life>& life) {
  executor::Ports ports;
  ports.now = [this] { return queue_.model_now(); };
  ports.at = [this, life](ModelTime time, std::function<void()> then) {
    queue_.at(time, [life, then = std::move(then)] {
      if (!life.expired()) then();
    });
  };
  ports.send_tensor = [this](const DeviceId& to, const schemas::TensorSent& tensor) { send(to, tensor); };
  ports.send_taken = [this](const DeviceId& to, const schemas::TensorTaken& taken) { send(to, taken); };
  ports.publish_result = [this](const schemas::RunResult& result) {
    for (const auto& [other, listener] : lives_)
      if (listener->follows.contains(result.run.key.app)) send(other, result);
    queue_.soon([this, result] { ears_.result(result); });
  };
  ports.publish_failed = [this](const schemas::RunFailed& failed) {
    queue_.soon([this, failed] { ears_.failed(failed); });
  };
  ports.follow_results = [life](const AppId& app) {
    if (const auto alive = life.lock()) alive->follows.insert(app);
  };
  ports.tell_frames = [this](const schemas::FramesOpen& frames, const std::function<void(bool)>& done) {
    queue_.soon([this, frames, done] { ears_.frames(frames, done); });
  };
  ports.trace = [](const schemas::TaskRecord&) {};
  return ports;
}

}  // namespace synergy::virtual_mesh
