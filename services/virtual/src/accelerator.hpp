// An accelerator in virtual time: knows what is resident and where, and takes the times that the emulator
// takes, but computes nothing. What it unloads is empty.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/program.hpp"
#include "synergy/executor/driver.hpp"
#include "synergy/virtual_mesh/event_queue.hpp"

namespace synergy::virtual_mesh {

class Accelerator final : public executor::AcceleratorDriver {
 public:
  /// The model of that name and content.
  using Programs = std::function<Result<accel_model::Program>(const schemas::ChunkKey&)>;

  /// Borrows the queue.
  Accelerator(EventQueue& queue, schemas::DeviceProfile profile, Programs programs)
      : queue_(queue), profile_(std::move(profile)), programs_(std::move(programs)) {}

  void perform(const schemas::AcceleratorDo& operation,
               std::function<void(Result<schemas::AcceleratorDone>)> done) override;
  void forget() override;
  ~Accelerator() override { *forgotten_ = true; }

 private:
  struct Chunk {
    accel_model::ProgramPlacement placement;
    accel_model::ChunkCost cost;
  };
  [[nodiscard]] Result<Duration> time_of(const schemas::AcceleratorDo& operation);
  [[nodiscard]] Result<Duration> load_weights(const schemas::ChunkKey& key);

  EventQueue& queue_;
  schemas::DeviceProfile profile_;
  Programs programs_;
  std::map<schemas::ChunkKey, Chunk> resident_;
  ModelTime free_since_{};
  /// Whether what was begun is forgotten; shared with its answers, which may outlive this object.
  std::shared_ptr<bool> forgotten_ = std::make_shared<bool>(false);
};

}  // namespace synergy::virtual_mesh
