#include "buffers.hpp"

#include <algorithm>

namespace synergy::schedule {
namespace {

using schemas::ExecutionPlan;
using schemas::TaskKind;
using schemas::TensorBuffer;

/// Walks a run's steps and notes where its tensor stays. A tensor that is streamed, or too large for the
/// device (it is then in the sensor, or leaves while it is unloaded), has no buffer.
class Walk {
 public:
  Walk(const ExecutionPlan& execution, std::uint64_t input_bytes, const Sram& sram)
      : execution_(execution), input_bytes_(input_bytes), sram_(sram) {}

  std::vector<TensorBuffer> buffers() {
    for (std::uint32_t s = 0; s < execution_.steps.size(); ++s) visit(s);
    return std::move(buffers_);
  }

 private:
  void visit(std::uint32_t s) {
    const auto& step = execution_.steps[s];
    switch (step.kind) {
      case TaskKind::kSense:
        return open(step.device, s, input_bytes_);
      case TaskKind::kLoad:
      case TaskKind::kInteract:
        return close(s);
      case TaskKind::kUnload:
        unloaded_ = s;
        return open(step.device, s, step.bytes);
      case TaskKind::kTransfer:
        // A result that was formed during the unload is stored from there on.
        if (!step.unloads && !is_open_ && s > 0) open(step.device, unloaded_, unloaded_ > 0 ? step.bytes : 0);
        close(s);
        if (!step.loads) open(step.to, s, step.bytes);
        return;
      default:
        return;
    }
  }
  void open(const DeviceId& device, std::uint32_t step, std::uint64_t bytes) {
    const auto room = sram_.find(device);
    if (bytes == 0 || room == sram_.end() || bytes > room->second) return;
    buffers_.push_back({device, step, step, bytes, 1});
    is_open_ = true;
  }
  void close(std::uint32_t step) {
    if (is_open_) buffers_.back().last_step = step;
    is_open_ = false;
  }

  const ExecutionPlan& execution_;
  std::uint64_t input_bytes_;
  const Sram& sram_;
  std::vector<TensorBuffer> buffers_;
  bool is_open_ = false;
  std::uint32_t unloaded_ = 0;  ///< the last unload; 0 is a sense
};

/// Makes one buffer of those on the device that `sharing` puts together.
void merge(std::vector<TensorBuffer>& buffers, const DeviceId& device, Sharing sharing) {
  std::vector<TensorBuffer> merged;
  const TensorBuffer* before = nullptr;  // the one before in the run, on any device
  for (const auto& buffer : buffers) {
    const auto same = std::find_if(merged.rbegin(), merged.rend(),
                                   [&](const TensorBuffer& known) { return known.device == device; });
    const bool joins = buffer.device == device && same != merged.rend() &&
                       (sharing == Sharing::kDevice || (before != nullptr && before->device == device));
    if (joins) {
      same->last_step = buffer.last_step;
      same->bytes = std::max(same->bytes, buffer.bytes);
    } else {
      merged.push_back(buffer);
    }
    before = &buffer;
  }
  buffers = std::move(merged);
}

std::uint64_t bytes_on(const std::vector<TensorBuffer>& buffers, const DeviceId& device) {
  std::uint64_t bytes = 0;
  for (const auto& buffer : buffers)
    if (buffer.device == device) bytes += buffer.bytes * buffer.slots;
  return bytes;
}

/// Shares places on the devices that are too full, of one run after the other, until all is stored.
void share(schemas::CollaborationPlan& plan, const Sram& sram, const std::vector<ExecutionPlan*>& order,
           Sharing sharing) {
  for (auto* execution : order)
    for (const auto& [device, bytes] : sram_used(plan)) {
      if (bytes <= sram.at(device)) continue;
      auto merged = execution->buffers;
      merge(merged, device, sharing);
      if (bytes_on(merged, device) < bytes_on(execution->buffers, device))
        execution->buffers = std::move(merged);
    }
}

}  // namespace

Status set_buffers(schemas::CollaborationPlan& plan, const Sram& sram) {
  std::vector<ExecutionPlan*> order;
  for (auto& pipeline : plan.pipelines)
    for (auto& execution : pipeline.executions) {
      execution.buffers = Walk(execution, pipeline.input_bytes, sram).buffers();
      order.push_back(&execution);
    }
  // Sharing lets fewer runs of an execution plan overlap, which costs those of long latency most.
  std::stable_sort(order.begin(), order.end(),
                   [](const auto* a, const auto* b) { return a->latency < b->latency; });
  for (const auto sharing : {Sharing::kVisit, Sharing::kDevice}) share(plan, sram, order, sharing);
  for (const auto& [device, bytes] : sram_used(plan))
    if (bytes > sram.at(device))
      return Error{ErrorCode::kNoFit, "device '" + device.text() +
                                          "': SRAM for tensors: " + std::to_string(bytes) +
                                          " bytes needed, " + std::to_string(sram.at(device)) + " available"};
  return {};
}

std::map<DeviceId, std::uint64_t> sram_used(const schemas::CollaborationPlan& plan) {
  std::map<DeviceId, std::uint64_t> used;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions)
      for (const auto& buffer : execution.buffers) used[buffer.device] += buffer.bytes * buffer.slots;
  return used;
}

}  // namespace synergy::schedule
