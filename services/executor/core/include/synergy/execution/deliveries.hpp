// Results of a pipeline whose runs take several ways come out in the order of the runs: the last step of a
// run waits for the end of the run before it, on whatever device that was.
//
// Pure; one thread.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "synergy/execution/device_task.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::execution {

class Deliveries {
 public:
  /// A last step that may begin, and from when on.
  struct Ready {
    DeviceTask task;
    ModelTime since{};
  };

  Deliveries() = default;
  /// Of the plan's pipelines that take several ways and end on this device, among others.
  Deliveries(const schemas::CollaborationPlan& plan, const DeviceId& device);

  /// Apps whose runs also end on other devices.
  [[nodiscard]] const std::vector<AppId>& shared() const { return shared_; }
  /// Whether the pipeline's last steps wait for each other here.
  [[nodiscard]] bool keeps(std::uint32_t pipeline) const { return lines_.contains(pipeline); }

  // Each of these gives the last step that may begin now, if one may. Pipelines that are not kept are
  // ignored.
  /// A run has come to its last step at `ready`.
  [[nodiscard]] std::optional<Ready> add(DeviceTask task, ModelTime ready);
  /// The run of that turn has ended, wherever, and so have all before it.
  [[nodiscard]] std::optional<Ready> ended(std::uint32_t pipeline, std::uint64_t turn, ModelTime end);
  /// These turns will never come.
  [[nodiscard]] std::optional<Ready> skip(std::uint32_t pipeline, std::uint64_t first, std::uint64_t count);
  /// The turn whose end is waited for.
  [[nodiscard]] std::uint64_t next(std::uint32_t pipeline) const { return lines_.at(pipeline).next; }

 private:
  struct Line {
    std::uint64_t next = 0;                          ///< turn; all before it have ended
    ModelTime ended{};                               ///< of the last that ended
    std::map<std::uint64_t, std::uint64_t> skipped;  ///< first turn, and the one behind
    std::map<std::uint64_t, Ready> waiting;          ///< last steps, by turn
  };
  [[nodiscard]] static std::optional<Ready> go_on(Line& line);

  std::map<std::uint32_t, Line> lines_;  ///< by pipeline
  std::vector<AppId> shared_;
};

}  // namespace synergy::execution
