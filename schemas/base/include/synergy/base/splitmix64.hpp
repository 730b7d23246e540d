// Random numbers that are the same on every machine, unlike the distributions of the standard library:
// splitmix64 (Steele, Lea, Flood 2014).
#pragma once

#include <cstdint>

namespace synergy {

class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15u); }
  /// 0 to `limit` - 1; `limit` must be above 0. (The remainder: for small limits as good as uniform.)
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }

  /// The generator's output function by itself.
  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace synergy
