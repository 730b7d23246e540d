#include "synergy/executor/lag_meter.hpp"

#include <algorithm>

namespace synergy::executor {

void LagMeter::add(Duration lag) {
  lag = std::max(lag, Duration(0));
  if (lags_.size() < kMost)
    lags_.push_back(lag);
  else
    lags_[oldest_++ % kMost] = lag;
}

LagMeter::Quantiles LagMeter::take() {
  Quantiles quantiles;
  if (lags_.empty()) return quantiles;
  std::sort(lags_.begin(), lags_.end());
  const auto at = [&](std::size_t percent) { return lags_[(lags_.size() - 1) * percent / 100]; };
  quantiles = {at(50), at(99), lags_.back()};
  lags_.clear();
  oldest_ = 0;
  return quantiles;
}

}  // namespace synergy::executor
