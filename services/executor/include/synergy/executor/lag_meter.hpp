// How far the host was behind model time, as quantiles of what was noted since the last look.
#pragma once

#include <cstddef>
#include <vector>

#include "synergy/base/clock.hpp"

namespace synergy::executor {

class LagMeter {
 public:
  /// Beyond so many since the last take(), every further one takes the place of an older one.
  static constexpr std::size_t kMost = 4096;

  void add(Duration lag);
  struct Quantiles {
    Duration p50{0}, p99{0}, max{0};
  };
  /// Of what was added since the last call, which is forgotten.
  [[nodiscard]] Quantiles take();

 private:
  std::vector<Duration> lags_;
  std::size_t oldest_ = 0;
};

}  // namespace synergy::executor
