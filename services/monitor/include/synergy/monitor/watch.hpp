// Who is there: judges every process by its heartbeats, and every device by its two processes.
//
// A device is present when both its executor and its accelerator are ready; what is not heard of for
// schemas::kSilentAfter is silent. Pure: time comes in as an argument.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/monitor/followed.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::monitor {

/// A device with less battery is not planned on, until its battery has twice as much: else it would come and
/// go.
inline constexpr double kBatteryLimitPercent = 5;

/// Processes followed at most. Beyond, the one not heard of for longest is forgotten, but never a device's.
inline constexpr std::size_t kMostProcesses = 512;

/// The processes of the body's devices: fewer than kMostProcesses.
[[nodiscard]] std::set<std::string> processes_of(const schemas::BodyView& body);

class Watch {
 public:
  explicit Watch(schemas::BodyView body);

  void hear(const schemas::Health& health, MonotonicTime now);

  /// Goes on where an earlier monitor ended: `last` is the view that it published last. Its link, profiles
  /// and batteries hold, and its devices are present until schemas::kSilentAfter from now, if nothing else is
  /// heard of them. False, and nothing is taken over, where that view is of another body.
  bool take_over(const schemas::BodyView& last, MonotonicTime now);

  /// What a body.change says, once its profiles were read: `link` and `profile` take the place of what is
  /// there. Fails with kNotFound for a device that the body does not have, with kConflict for a profile of
  /// another accelerator: an emulator's memory is made for one.
  Status change(const schemas::BodyChange& change, const std::optional<schemas::LinkProfile>& link,
                const std::optional<schemas::DeviceProfile>& profile);

  /// Judges again. True when the body view or a process's life-cycle state changed since the last call.
  bool judge(MonotonicTime now);

  [[nodiscard]] const schemas::BodyView& body() const { return body_; }
  [[nodiscard]] schemas::ServiceList services() const;

 private:
  /// What a device has drawn from its battery: its tasks as its executor counts them, and idle power.
  struct Battery {
    double percent = 100;  ///< when `drawn_uj` was 0
    double drawn_uj = 0;
    /// The executor's counter, as last heard; none: what it has counted so far is in `percent` already.
    std::optional<std::uint64_t> counted_uj = 0;
  };
  /// Why a device is not to be planned on.
  enum class Because { kProcess, kBattery };
  struct Absence {
    Because because = Because::kProcess;
    std::string note;  ///< for people
  };
  void hear_energy(const DeviceId& device, const schemas::Health& health);
  void draw_idle_power(MonotonicTime now);
  [[nodiscard]] double percent_left(const schemas::Device& device) const;
  /// Nothing where the device is to be planned on.
  [[nodiscard]] std::optional<Absence> absence_of(const schemas::Device& device) const;
  [[nodiscard]] std::string state_of(const std::string& process) const;
  [[nodiscard]] bool is_ready(const std::string& process) const;

  schemas::BodyView body_;
  Followed<std::string, schemas::Health> heard_;
  std::map<DeviceId, Battery> batteries_;
  std::set<std::string> believed_;  ///< processes taken for ready that were not heard of yet
  MonotonicTime believed_until_{};
  std::map<DeviceId, Because> absent_because_;  ///< as of the last judge()
  std::optional<MonotonicTime> drawn_until_;
  bool changed_ = true;
};

}  // namespace synergy::monitor
