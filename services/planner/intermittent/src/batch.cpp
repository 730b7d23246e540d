#include "synergy/intermittent/batch.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>

namespace synergy::intermittent {
namespace {

struct Way {
  Cost cost;
  std::int64_t periods = 0;
  std::uint32_t segments = 0, from = 0;

  [[nodiscard]] auto rank() const { return std::tie(cost, periods, segments, from); }
};

constexpr std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Of one input, where `inputs` share what is fixed.
Cost shared(const Chain& chain, const Segment& segment, std::int64_t inputs) {
  const auto fixed = chain.fixed(segment);
  return Cost{divide_up(fixed.energy, inputs), Duration(divide_up(fixed.time.count(), inputs))} +
         chain.variable(segment);
}

/// What all queues hold at most.
std::uint64_t queue_bytes(const Chain& chain, const std::vector<Stage>& segments) {
  std::uint64_t bytes = chain.kept_bytes[0] * std::uint64_t(segments.front().inputs) +
                        chain.kept_bytes.back() * std::uint64_t(segments.back().inputs);
  for (std::size_t s = 1; s < segments.size(); ++s) {
    const auto k = segments[s - 1].inputs, l = segments[s].inputs;
    bytes += chain.kept_bytes[segments[s].range.from] * std::uint64_t(k + l - std::gcd(k, l));
  }
  return bytes;
}

bool beats(const BatchPoint& a, const BatchPoint& b, double net_harvest_mw) {
  const auto la = a.plan.latency(net_harvest_mw), lb = b.plan.latency(net_harvest_mw);
  return a.plan.energy <= b.plan.energy && la <= lb && (a.plan.energy < b.plan.energy || la < lb);
}

}  // namespace

Duration Batch::period(double net_harvest_mw) const {
  // pJ / mW = ns; kept where a sum of 2^20 of them has room.
  const double charging = std::min(std::ceil(double(energy) / net_harvest_mw), 0x1p42);
  return std::max(time, Duration(std::int64_t(charging)));
}

std::int64_t most_inputs_of(const Chain& chain, const Segment& segment, Picojoules capacity,
                            std::int64_t most_inputs) {
  if (!chain.is_safe(segment, capacity)) return 0;
  auto most = most_inputs;
  if (const auto each = chain.variable(segment).energy; each > 0)
    most = std::min(most, (capacity - chain.fixed(segment).energy) / each);
  const auto bytes = chain.kept_bytes[segment.from] + chain.kept_bytes[segment.to];
  if (bytes > 0) most = std::min(most, std::int64_t(chain.fram_bytes / bytes));
  return most;
}

Result<Batch> batch(const Chain& chain, Picojoules capacity, std::int64_t most_inputs) {
  if (most_inputs < 1 || most_inputs > kMostInputs)
    return Error{ErrorCode::kInvalid, "a power cycle takes 1 to " + std::to_string(kMostInputs) + " inputs"};
  const auto m = chain.pieces();
  std::vector<std::optional<Way>> ways(m + 1);
  ways[0] = Way{};
  for (std::uint32_t b = 1; b <= m; ++b)
    for (std::uint32_t a = 0; a < b; ++a) {
      const auto inputs = ways[a] ? most_inputs_of(chain, {a, b}, capacity, most_inputs) : 0;
      if (inputs == 0) continue;
      const Way way{ways[a]->cost + shared(chain, {a, b}, inputs), ways[a]->periods + inputs,
                    ways[a]->segments + 1, a};
      if (!ways[b] || way.rank() < ways[b]->rank()) ways[b] = way;
    }
  if (!ways[m])
    return Error{ErrorCode::kNoFit, chain.label + ": no inference ends with this capacity and FRAM"};
  Batch found;
  found.energy = ways[m]->cost.energy;
  found.time = ways[m]->cost.time;
  found.periods = ways[m]->periods;
  for (auto b = m; b > 0; b = ways[b]->from) {
    const Segment segment{ways[b]->from, b};
    found.segments.push_back({segment, most_inputs_of(chain, segment, capacity, most_inputs)});
  }
  std::reverse(found.segments.begin(), found.segments.end());
  found.queue_bytes = queue_bytes(chain, found.segments);
  return found;
}

Result<std::vector<BatchPoint>> batch_front(const Chain& chain, Picojoules capacity, double net_harvest_mw) {
  if (!(net_harvest_mw > 0)) return Error{ErrorCode::kInvalid, "latency needs a net harvest above 0 mW"};
  std::int64_t greatest = 1;  // that anything but the limit allows
  for (std::uint32_t b = 1; b <= chain.pieces(); ++b)
    for (std::uint32_t a = 0; a < b; ++a)
      greatest = std::max(greatest, most_inputs_of(chain, {a, b}, capacity, kMostInputs));
  std::vector<BatchPoint> points;
  for (std::int64_t most = 1; most < 2 * greatest && most <= kMostInputs; most *= 2) {
    auto plan = batch(chain, capacity, most);
    if (!plan) return plan.error();
    if (plan->queue_bytes <= chain.fram_bytes) points.push_back({most, std::move(*plan)});
  }
  std::vector<BatchPoint> front;
  for (std::size_t i = 0; i < points.size(); ++i) {
    bool kept = true;
    for (std::size_t j = 0; j < points.size() && kept; ++j) {
      const bool same = points[i].plan.energy == points[j].plan.energy &&
                        points[i].plan.latency(net_harvest_mw) == points[j].plan.latency(net_harvest_mw);
      kept = !beats(points[j], points[i], net_harvest_mw) && !(same && j < i);
    }
    if (kept) front.push_back(points[i]);
  }
  return front;
}

}  // namespace synergy::intermittent
