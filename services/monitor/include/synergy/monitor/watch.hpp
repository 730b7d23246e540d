// Who is there: judges every process by its heartbeats, and every device by its two processes.
//
// A device is present when both its executor and its accelerator are ready; what is not heard of for
// schemas::kSilentAfter is silent. Pure: time comes in as an argument.
#pragma once

#include <set>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/monitor/followed.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::monitor {

/// Processes followed at most. Beyond, the one not heard of for longest is forgotten, but never a device's.
inline constexpr std::size_t kMostProcesses = 512;

/// The processes of the body's devices: fewer than kMostProcesses.
[[nodiscard]] std::set<std::string> processes_of(const schemas::BodyView& body);

class Watch {
 public:
  explicit Watch(schemas::BodyView body);

  void hear(const schemas::Health& health, MonotonicTime now);

  /// Judges again. True when the body view or a process's life-cycle state changed since the last call.
  bool judge(MonotonicTime now);

  [[nodiscard]] const schemas::BodyView& body() const { return body_; }
  [[nodiscard]] schemas::ServiceList services() const;

 private:
  [[nodiscard]] bool is_ready(const std::string& process) const;

  schemas::BodyView body_;
  Followed<std::string, schemas::Health> heard_;
  bool changed_ = true;
};

}  // namespace synergy::monitor
