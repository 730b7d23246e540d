// What decides, at run time, what a device without a battery does next: work, sleep with its weights kept, or
// give up power until there is more.
//
//   name          rule                                                                     never dies at work
//   restart       a whole inference at a time; weights stay while power lasts              no
//   restart-cold  the same, weights loaded for each                                        no
//   layer         a program for each piece, its weights loaded and a checkpoint each time  no
//   jit           piece by piece; saves when the charge does not suffice for one more      yes
//   urgent        as jit, but sleeps instead and saves when the charge falls to what that takes  yes
//   urgent-early  as urgent, but saves at once when less comes in than sleep takes         yes
//   once          the segments of intermittent/once.hpp                                    yes
//   sequence      the power cycles of intermittent/sequence.hpp                            yes
//   batch         the segments of intermittent/batch.hpp, with the shortest queues that    yes
//                 cost at most a tenth more than the longest that the FRAM holds
//   adaptive      the cheaper of sequence and batch, or weights kept asleep: adaptive.cpp  yes; the default
//
// restart, restart-cold and layer begin whenever they have power. All others begin work only where the charge
// suffices for all of it, and for saving what it made, with no harvest at all. `once`, `sequence` and `batch`
// go on without giving up power where the charge suffices for the next power cycle of their plan, too.
//
// jit, both urgent, and adaptive's sleep need a model that the accelerator holds as a whole. Sleep keeps
// weights and SRAM; so data memory is unloaded before, and loaded again after (power_domain.hpp).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "synergy/accel_model/energy_store.hpp"
#include "synergy/base/result.hpp"
#include "synergy/harvested/power_domain.hpp"
#include "synergy/harvested/step.hpp"
#include "synergy/intermittent/energy.hpp"
#include "synergy/power/tensor_ledger.hpp"

namespace synergy::harvested {

using intermittent::Picojoules;

/// A device, beside the chain of its model. `store` boots as the chain does (with_boot_of).
struct DeviceFigures {
  accel_model::StoreSettings store;
  /// Part of the energy between `on_v` and brown-out that is planned with: thresholds are some 5 % off.
  double margin = 0.85;
  bool retention_keeps_data = false;  ///< whether data memory outlives sleep; not known of any of our chips
  /// From sleep to work: 47 us for STANDBY (AN7664, of a MAX78002), at 7.6 mW (profile max78000: awake).
  Cost resume{.energy = 357'200, .time = Duration(47'000)};
  double urgent_margin_uj = 5;  ///< above what a save takes, at which `urgent` saves

  bool operator==(const DeviceFigures&) const = default;
};

/// What a power cycle from `on_v` can take at the load with no harvest: margin x usable energy, less what
/// leaks and what the converter takes in the longest time that this energy lasts. Fails with kInvalid as
/// check_device(), and unless the margin is above 0 and at most 1.
[[nodiscard]] Result<Picojoules> plan_capacity(const Chain& chain, const DeviceFigures& device);

/// What a policy knows: what the device can measure of itself.
struct View {
  ModelTime now;
  double charge_uj = 0;
  /// Of the harvest, what reaches the store: now, and in the mean of the last minute (or since the
  /// beginning).
  double harvest_uw = 0, recent_harvest_uw = 0;
  const PowerDomain& domain;
  const power::TensorLedger& ledger;
  std::uint64_t inputs = 0;  ///< at hand and not taken
};

/// Steps one after another.
struct Work {
  std::vector<Step> steps;
};
/// Until one of these holds. Charges in uJ; what holds at once ends it at once.
struct Sleep {
  double rises_to_uj = 0, falls_to_uj = 0;
  double harvest_below_uw = 0;  ///< of what reaches the store; 0: whatever comes
  Duration longest = Duration::max();
};
/// Until the store wakes the device at its threshold.
struct Off {};
using Decision = std::variant<Work, Sleep, Off>;

/// One device, one run; borrows chain and figures. One thread.
class Policy {
 public:
  virtual ~Policy() = default;

  /// Called when the device has booted, when work is done, and when it wakes from sleep. Off where nothing
  /// can be done.
  [[nodiscard]] virtual Decision next(const View& view) = 0;
  /// Whether booting is worth it once the charge is there: there is something to do.
  [[nodiscard]] virtual bool has_work(const View& view) const;
  /// Everything that the policy remembers in volatile memory is gone.
  virtual void power_lost() {}
  /// Places for tensors at boundaries 1..m.
  [[nodiscard]] virtual std::vector<std::uint32_t> places() const;
  /// For policies that may die at work: the work of one power cycle after boot, each of which every inference
  /// must survive. If one never ends, nothing ever does.
  [[nodiscard]] virtual std::vector<std::vector<Step>> must_pass() const { return {}; }

 protected:
  explicit Policy(const Chain& chain) : chain_(chain) {}
  [[nodiscard]] const Chain& chain() const { return chain_; }

 private:
  const Chain& chain_;
};

/// In the order of the table above.
[[nodiscard]] const std::vector<std::string>& policy_names();
inline constexpr std::string_view kDefaultPolicy = "adaptive";
/// Of those that never die at work.
[[nodiscard]] bool is_safe(std::string_view policy);

/// Fails with kNotFound, naming the policies there are; with kNoFit where the policy can not ever end an
/// inference with this store, saying which layers need how much; and as plan_capacity(). Chain and figures
/// must outlive the policy.
[[nodiscard]] Result<std::unique_ptr<Policy>> make_policy(std::string_view name, const Chain& chain,
                                                          const DeviceFigures& device);

}  // namespace synergy::harvested
