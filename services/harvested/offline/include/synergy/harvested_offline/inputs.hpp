// When the inputs of a run come, as people write it: `always`, `25`, `every=1s`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"

namespace synergy::harvested_offline {

/// At most one of both; neither: an input is always at hand.
struct Inputs {
  std::uint64_t count = 0;  ///< so many are at hand, and the run ends with the last result; 0: no limit
  std::optional<Duration> every{};  ///< one comes so often, the first at the beginning

  static constexpr std::uint64_t kMost = 1'000'000;  ///< of a run
  bool operator==(const Inputs&) const = default;
};

/// Fails with kInvalid, and says what may be written.
[[nodiscard]] Result<Inputs> parse_inputs(const std::string& text);

}  // namespace synergy::harvested_offline
