// A plan of power cycles by one of the policies, in one form for all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "synergy/intermittent/batch.hpp"
#include "synergy/intermittent/chain.hpp"
#include "synergy/intermittent/power_cycle.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::intermittent_offline {

/// What a power cycle may do. Each is exact in its class: once.hpp, sequence.hpp, batch.hpp.
enum class PolicyClass { kOnce, kSequence, kBatch };

/// The power cycles that repeat. Energies are at the load, behind the output converter.
struct PowerPlan {
  /// `once` and `sequence` repeat them in this order; in `batch` a segment of k inputs comes once in k
  /// inferences.
  std::vector<intermittent::PowerCycle> cycles;
  double cycles_per_inference = 0;
  double uj_per_inference = 0;
  Duration on_per_inference{};  ///< for which the device is on
  /// `batch` only: inferences that an input waits for, at most, and FRAM that all queues take.
  std::optional<std::int64_t> latency_inferences;
  std::optional<std::uint64_t> queue_bytes;

  /// From one inference to the next at a net harvest (income.hpp), in the long run: what energy or time
  /// allows. Nothing where the net harvest is not above 0.
  [[nodiscard]] std::optional<double> seconds_per_inference(double net_uw, double output_efficiency) const;
};

/// `most_inputs` limits `batch` alone. Of `batch`, the plan of the greatest limit, halved until the FRAM
/// holds all its queues at once. Fails as the policy does: with kNoFit where no inference ends with this
/// capacity and FRAM.
[[nodiscard]] Result<PowerPlan> plan_of(const intermittent::Chain& chain, PolicyClass policy,
                                        intermittent::Picojoules capacity,
                                        std::int64_t most_inputs = intermittent::kMostInputs);

/// The same form of a plan that batch() made.
[[nodiscard]] PowerPlan plan_of(const intermittent::Chain& chain, const intermittent::Batch& batch);

}  // namespace synergy::intermittent_offline

namespace synergy::schemas {
template <>
inline constexpr std::array<std::pair<intermittent_offline::PolicyClass, std::string_view>, 3>
    kEnumNames<intermittent_offline::PolicyClass>{{
        {intermittent_offline::PolicyClass::kOnce, "once"},
        {intermittent_offline::PolicyClass::kSequence, "sequence"},
        {intermittent_offline::PolicyClass::kBatch, "batch"},
    }};
}  // namespace synergy::schemas
