// Deadlines of a device without a battery, as shares: how many of the inputs that come are done in time.
//
// A harvest promises nothing, so "always within 500 ms" can not be kept; "nine of ten" can be computed.
// Inputs come at known instants of a trace, say every second of it, which stands for an input at any time.
// The latency of an input is from its coming to its result in FRAM. Inputs are served in order, one at a
// time.
//
//   computed   for `once`: a scan over the inputs. Between them the store charges, in closed form; the plan's
//              segments are worked off. No policy, no bytes, no checkpoints.
//   measured   by a run (run.hpp), whatever the policy
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "synergy/harvested/run.hpp"

namespace synergy::harvested {

/// Of each input; nothing: not done at the end.
using Latencies = std::vector<std::optional<Duration>>;

/// The share of the inputs that are done within `deadline`; 1 of no inputs.
[[nodiscard]] double share_within(const Latencies& latencies, Duration deadline);
/// The shortest deadline that this share (0 to 1) of the inputs meets; nothing where too few are ever done.
[[nodiscard]] std::optional<Duration> deadline_for(const Latencies& latencies, double share);

/// Inputs that come once every `period`, above 0, the first at 0, all before `length`.
[[nodiscard]] std::vector<Duration> every(Duration period, Duration length);

/// `arrivals` ascend. Fails as make_policy() for `once`.
[[nodiscard]] Result<Latencies> computed_latencies(const Chain& chain, const DeviceFigures& device,
                                                   const accel_model::HarvestTrace& trace,
                                                   const RunSettings& settings,
                                                   std::span<const Duration> arrivals);
/// Of a run with these arrivals.
[[nodiscard]] Latencies measured_latencies(const RunReport& report, std::span<const Duration> arrivals);

}  // namespace synergy::harvested
