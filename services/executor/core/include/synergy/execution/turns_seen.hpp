// Which turns came to a step: a message that comes again is known as such.
//
// The newest kTurnsRemembered turns are remembered, a bit each. An older turn is out of date, whether it came
// or not.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>

#include "synergy/schemas/limits.hpp"

namespace synergy::execution {

/// Far more turns than are in flight.
inline constexpr std::uint64_t kTurnsRemembered = 4 * schemas::kMaxRunsInFlight;

class TurnsSeen {
 public:
  /// Whether the turn is new: not added before, and not out of date.
  [[nodiscard]] bool add(std::uint64_t turn) {
    if (turn > newest_) {
      seen_ <<= std::size_t(std::min(turn - newest_, kTurnsRemembered));
      newest_ = turn;
    }
    const auto age = newest_ - turn;
    if (age >= kTurnsRemembered || seen_[age]) return false;
    seen_.set(age);
    return true;
  }

 private:
  std::uint64_t newest_ = 0;
  std::bitset<kTurnsRemembered> seen_;  ///< by age: how many turns before the newest
};

}  // namespace synergy::execution
