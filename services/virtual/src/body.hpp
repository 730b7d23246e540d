// The body in virtual time: devices that come and leave, each with the executor of the mesh and an
// accelerator; what they say to each other; and the monitor's watch, which judges who is there.
//
// To a sensor that is fed, a frame comes as often as the fastest of its apps is planned to run.
//
// A device that leaves does so in order, as a process that is asked to end: it is told as gone at once, and
// serves for up to runtime's two seconds while it has work. What is sent to one that is gone is lost.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "accelerator.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/executor/executor.hpp"
#include "synergy/executor/memory_spool.hpp"
#include "synergy/monitor/watch.hpp"
#include "synergy/planner_service/model_cache.hpp"
#include "synergy/virtual_mesh/event_queue.hpp"

namespace synergy::virtual_mesh {

/// What is heard of the devices; all are called from an event of their own.
struct Ears {
  std::function<void(const schemas::RunResult&)> result;
  std::function<void(const schemas::RunFailed&)> failed;
  std::function<void(const schemas::Health&)> health;
  std::function<void(const schemas::BodyView&)> body;
  std::function<void(const schemas::FramesOpen&, std::function<void(bool)>)> frames;
};

class Body {
 public:
  using Deployed = std::function<void(Result<schemas::Deployed>)>;

  /// Borrows the queue. What is put into it refers to this object: it must not run after this is gone. Call
  /// read_frames(), then begin(), before anything else.
  Body(EventQueue& queue, documents::DeployFolder deploy, schemas::BodyView view, Ears ears);

  /// Reads what the sensors see. Fails as executor::Frames::read().
  Status read_frames();
  /// All devices are there; heartbeats begin.
  void begin();
  void leave(const DeviceId& device);
  void join(const DeviceId& device);
  /// Fails as monitor::Watch::change().
  Status change(const schemas::BodyChange& change, const std::optional<schemas::LinkProfile>& link);

  /// To a device's executor. One that is gone does not answer: `done` is then called with kTimeout, later. A
  /// newer deployment of the same stage takes the place of one that is not answered, whose `done` is not
  /// called.
  void deploy(const DeviceId& device, const schemas::Deploy& deploy, Deployed done);
  template <class Message>
  void send(const DeviceId& device, const Message& message);

 private:
  /// An executor's life, from join to its end.
  struct Life {
    std::uint64_t instance = 0;
    schemas::LifeCycle state = schemas::LifeCycle::kReady;
    std::unique_ptr<Accelerator> accelerator;
    std::unique_ptr<executor::Executor> executor;
    std::set<AppId> follows;
    MonotonicTime leaves_at{};
  };
  using Sensors = std::map<std::string, executor::Frames>;

  /// Of one device's sensor, by the plan that it serves.
  struct Feed {
    std::uint64_t plan_id = 0;
    std::string sensor;
    schemas::FrameShape shape;
    Duration period{0};
  };

  void begin_feeds(const DeviceId& device, const schemas::CollaborationPlan& plan);
  void feed(const DeviceId& device, const Feed& feed);
  [[nodiscard]] executor::Ports ports_of(const std::weak_ptr<Life>& life);
  [[nodiscard]] Result<accel_model::Program> program_of(const schemas::ChunkKey& key);
  /// Says how the device's processes are, to all that listen.
  void tell(const DeviceId& device, schemas::LifeCycle state, std::uint64_t instance);
  void end_when_idle(const DeviceId& device);
  void beat();
  void judge();

  EventQueue& queue_;
  documents::DeployFolder deploy_;
  Ears ears_;
  monitor::Watch watch_;
  planner_service::ModelCache models_;
  std::map<DeviceId, Sensors> sensors_;
  std::map<DeviceId, executor::MemorySpool> spools_;
  std::map<DeviceId, std::uint64_t> fed_by_;  ///< number of the plan by which the device's sensors are fed
  std::uint64_t frames_fed_ = 0;
  std::map<DeviceId, std::shared_ptr<Life>> lives_;
  std::map<std::pair<DeviceId, schemas::DeployStage>, std::uint64_t> deployments_;  ///< the newest
  std::uint64_t instances_ = 0, deployed_ = 0;
};

template <class Message>
void Body::send(const DeviceId& device, const Message& message) {
  queue_.soon([this, device, message] {
    if (const auto life = lives_.find(device); life != lives_.end()) life->second->executor->on(message);
  });
}

}  // namespace synergy::virtual_mesh
