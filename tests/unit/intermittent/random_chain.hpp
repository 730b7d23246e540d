// Small random chains for the tests: the same for the same seed on every machine. Most are not monotone: a
// range may cost less than a part of it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "synergy/base/splitmix64.hpp"
#include "synergy/intermittent/chain.hpp"

namespace synergy::intermittent_test {

using namespace intermittent;

/// Random problems of each kind: 500, or as many as SYNERGY_INTERMITTENT says.
inline std::uint64_t problems() {
  const char* asked = std::getenv("SYNERGY_INTERMITTENT");
  return asked == nullptr ? 500 : std::strtoull(asked, nullptr, 10);
}

class Random : public SplitMix64 {
 public:
  using SplitMix64::SplitMix64;
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  Cost cost(std::uint64_t least, std::uint64_t most, Picojoules unit) {
    return {Picojoules(least + below(most - least + 1)) * unit, Duration(1 + below(5))};
  }
};

struct Shape {
  std::uint32_t most_pieces = 6;
  Picojoules unit = 1;
};

/// Costs come from layers and tensors, as in a real model, or each range has its own, whatever it contains.
inline Chain random_chain(Random& random, const Shape& shape = {}) {
  const auto m = std::uint32_t(1 + random.below(shape.most_pieces));
  const auto unit = shape.unit;
  Chain chain(m);
  const bool layered = random.one_in(3), refuses = random.one_in(3), turns = random.one_in(4);
  chain.boot = random.cost(0, 9, unit);
  chain.fram_bytes = random.one_in(3) ? 1000 : 10 + random.below(60);
  std::vector<Cost> weights, runs, tensors;
  for (std::uint32_t i = 0; i <= m; ++i) {
    weights.push_back(random.cost(0, 30, unit));
    runs.push_back(random.cost(1, 6, unit));
    tensors.push_back(random.cost(0, 25, unit));
    chain.kept_bytes[i] = random.below(10);
  }
  for (std::uint32_t b = 1; b <= m; ++b)
    for (std::uint32_t a = 0; a < b; ++a) {
      auto& range = chain.range(a, b);
      range.registers = random.cost(0, 2, unit);
      range.weights = random.cost(0, 40, unit);
      range.variable = random.cost(1, 30, unit);
      if (layered) {
        range.weights = {};
        range.variable = tensors[a] + tensors[b];
        for (auto i = a; i < b; ++i) {
          range.weights += weights[i];
          range.variable += runs[i];
        }
      }
      if (refuses && random.one_in(4)) range.refusal = "columns are full";
      if (turns && random.one_in(3)) range.turned = 1;
    }
  const bool whole = chain.range(0, m).possible();
  for (std::uint32_t tail = 1; tail < m; ++tail)
    for (std::uint32_t head = 1; head <= tail; ++head)
      chain.set_together(
          tail, head,
          chain.range(tail, m).possible() && chain.range(0, head).possible() && (whole || random.one_in(2)));
  return chain;
}

/// Somewhere between too little for anything and enough for several inferences.
inline Picojoules random_capacity(Random& random, Picojoules unit = 1) {
  return Picojoules(5 + random.below(random.one_in(2) ? 80 : 250)) * unit;
}

/// Calls `visit` with each way to cut the chain into ranges that the accelerator runs.
inline void for_each_partition(const Chain& chain,
                               const std::function<void(const std::vector<Segment>&)>& visit) {
  std::vector<Segment> segments;
  const std::function<void(std::uint32_t)> extend = [&](std::uint32_t at) {
    if (at == chain.pieces()) return visit(segments);
    for (auto to = at + 1; to <= chain.pieces(); ++to) {
      if (!chain.range(at, to).possible()) continue;
      segments.push_back({at, to});
      extend(to);
      segments.pop_back();
    }
  };
  extend(0);
}

/// E(a, b, k) from its parts.
inline Cost cost_by_hand(const Chain& chain, const Segment& s, std::int64_t inputs = 1) {
  const auto& range = chain.range(s.from, s.to);
  Cost sum = chain.boot;
  sum += range.weights;
  sum += range.registers;
  for (std::int64_t i = 0; i < inputs; ++i) sum += range.variable;
  return sum;
}

}  // namespace synergy::intermittent_test
