// The power that a harvester gives at every instant, from a recording that repeats for ever.
//
// Power is piecewise constant and a whole number of nanowatts, instants are whole nanoseconds; so the energy
// between any two instants is a whole number of attojoules (1 nW x 1 ns), exact. 63 bits hold only 9 J of
// them, hence 128.
#pragma once

#include <cstdint>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/harvest.hpp"

namespace synergy::accel_model {

/// nW x ns = 1e-18 J.
__extension__ typedef __int128 Attojoules;
[[nodiscard]] constexpr double microjoules(Attojoules energy) { return double(energy) * 1e-12; }

/// Immutable, so any number of threads may read it. Time is counted from the recording's beginning; it must
/// not be negative.
class HarvestTrace {
 public:
  /// Fails with kInvalid and the text of schemas::fault_of(), with the row's number from 1.
  [[nodiscard]] static Result<HarvestTrace> of(const schemas::HarvestRecording& recording);
  /// The same power for ever, at most schemas::kMaxHarvestNw.
  [[nodiscard]] static HarvestTrace constant(std::uint64_t power_nw);

  /// Of one repetition.
  [[nodiscard]] Duration duration() const { return duration_; }

  /// `power_nw` holds until the instant `until`, at which it changes to another; kForever: it never does.
  struct Now {
    std::uint64_t power_nw = 0;
    Duration until{};
    bool operator==(const Now&) const = default;
  };
  static constexpr Duration kForever = Duration::max();
  [[nodiscard]] Now at(Duration time) const;

  /// Between two instants, `from` <= `to`.
  [[nodiscard]] Attojoules energy(Duration from, Duration to) const;
  /// Over one repetition: nW, exact but for the rounding of the division.
  [[nodiscard]] double mean_nw() const;

  /// The mean of every window of the recording (the first begins with it, the last may run on into its
  /// repetition): whole nanowatts, rounded down, in order of time. `window` must be above 0.
  [[nodiscard]] std::vector<std::uint64_t> means_nw(Duration window) const;
  /// The least of those means that at least the share `share` (0 to 1) of them does not exceed (nearest rank;
  /// 0 gives the smallest). With 0.2 and a minute, a harvest that four minutes of five have or pass.
  [[nodiscard]] std::uint64_t quantile_of_means_nw(double share,
                                                   Duration window = std::chrono::seconds(60)) const;

 private:
  HarvestTrace(std::vector<schemas::HarvestRow> rows, Duration duration);
  /// From the beginning to `time`.
  [[nodiscard]] Attojoules energy_until(Duration time) const;
  /// The row that holds at `within` < duration_.
  [[nodiscard]] std::size_t row_at(Duration within) const;

  struct Step {
    Duration begin{};
    std::uint64_t power_nw = 0;
    Attojoules before = 0;  ///< energy from 0 to `begin`
  };
  std::vector<Step> steps_;  ///< neighbours differ in power
  Duration duration_{};
  Attojoules whole_ = 0;  ///< of one repetition
};

}  // namespace synergy::accel_model
