// Who is there: judges every process by its heartbeats, and every device by its two processes.
//
// A device is present when both its executor and its accelerator are ready; what is not heard of for
// schemas::kSilentAfter is silent. Pure: time comes in as an argument.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::monitor {

/// Processes followed at most. Beyond, the one not heard of for longest is forgotten, but never a device's.
inline constexpr std::size_t kMostProcesses = 512;

class Watch {
 public:
  explicit Watch(schemas::BodyView body) : body_(std::move(body)) {}

  void hear(const schemas::Health& health, MonotonicTime now);

  /// Judges again. True when the body view or a process's life-cycle state changed since the last call.
  bool judge(MonotonicTime now);

  [[nodiscard]] const schemas::BodyView& body() const { return body_; }
  [[nodiscard]] schemas::ServiceList services() const;

 private:
  struct Heard {
    schemas::Health health;
    MonotonicTime last;
  };
  [[nodiscard]] bool is_ready(const std::string& process) const;
  [[nodiscard]] bool is_of_a_device(const std::string& process) const;
  void make_room();

  schemas::BodyView body_;
  std::map<std::string, Heard> heard_;  ///< by process
  bool changed_ = true;
};

}  // namespace synergy::monitor
