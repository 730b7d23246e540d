// A sum of very many numbers that keeps the digits which a plain sum loses (Neumaier 1974).
#pragma once

#include <cmath>

namespace synergy {

class CompensatedSum {
 public:
  void add(double value) {
    const double sum = sum_ + value;
    // The digits of the smaller one that did not fit.
    lost_ += std::abs(sum_) >= std::abs(value) ? (sum_ - sum) + value : (value - sum) + sum_;
    sum_ = sum;
  }
  [[nodiscard]] double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0, lost_ = 0;
};

}  // namespace synergy
