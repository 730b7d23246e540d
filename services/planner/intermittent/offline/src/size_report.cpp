#include "synergy/intermittent_offline/size_report.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "synergy/intermittent/feasible.hpp"
#include "synergy/intermittent_offline/income.hpp"

namespace synergy::intermittent_offline {
namespace {

using intermittent::Chain;
using intermittent::Segment;

constexpr double kSecondsPerHour = 3600;

/// The dearest of these segments; all must be possible.
Segment dearest_of(const Chain& chain, const std::vector<Segment>& segments) {
  auto dearest = segments.front();
  for (const auto& segment : segments)
    if (chain.cost(segment).energy > chain.cost(dearest).energy) dearest = segment;
  return dearest;
}

SizeLine size_of(const Case& given, const std::string& cut, const std::vector<Segment>& segments) {
  SizeLine line;
  line.cut = cut;
  for (const auto& segment : segments) {
    const auto& range = given.chain.range(segment.from, segment.to);
    if (range.possible()) continue;
    line.layers = given.chain.name_of(segment);
    line.reason = range.refusal;
    return line;
  }
  const auto dearest = dearest_of(given.chain, segments);
  const auto need = given.chain.cost(dearest).energy;
  line.layers = given.chain.name_of(dearest);
  line.need_uj = intermittent::microjoules(need);
  if (const auto smallest = smallest_capacitor_uf(need, given.supply_with(1)))
    line.smallest_uf = *smallest;
  else
    line.reason = smallest.error().message;
  return line;
}

std::vector<Segment> whole(const Chain& chain) { return {{0, chain.pieces()}}; }

std::vector<Segment> pieces(const Chain& chain) {
  std::vector<Segment> segments;
  for (std::uint32_t i = 0; i < chain.pieces(); ++i) segments.push_back({i, i + 1});
  return segments;
}

Result<std::vector<SweepLine>> lines_at(const Case& given, double microfarads) {
  const auto capacity = usable_energy(given.supply_with(microfarads));
  if (!capacity) return capacity.error();
  const auto income = income_of(given.harvest, given.store_with(microfarads));
  if (!income) return income.error();
  std::vector<SweepLine> lines;
  for (const auto& [policy, name] : schemas::kEnumNames<PolicyClass>) {
    const auto plan = plan_of(given.chain, policy, *capacity);
    if (!plan && plan.error().code == ErrorCode::kNoFit) continue;  // the FRAM does not hold its queues
    if (!plan)
      return plan.error().at("policy " + std::string(name) + " with " +
                             std::to_string(std::int64_t(microfarads)) + " uF");
    const auto seconds =
        plan->seconds_per_inference(income->net_uw(), given.device.store->output_efficiency.value);
    lines.push_back({microfarads, policy, intermittent::microjoules(*capacity), plan->uj_per_inference,
                     income->leakage_uw, income->net_uw(),
                     seconds ? std::optional(kSecondsPerHour / *seconds) : std::nullopt});
  }
  return lines;
}

bool is_better(const SweepLine& line, const std::optional<SweepLine>& best) {
  return line.inferences_per_hour && (!best || *line.inferences_per_hour > *best->inferences_per_hour);
}

}  // namespace

std::vector<double> sold_capacitors_uf(double least, double most) {
  constexpr std::array<double, 6> kE6{1, 1.5, 2.2, 3.3, 4.7, 6.8};
  std::vector<double> sizes;
  if (least <= most) sizes.push_back(least);
  for (double decade = 1; decade <= most; decade *= 10)
    for (const double value : kE6) {
      const double size = std::round(value * decade * 10) / 10;
      if (size > least && size <= most) sizes.push_back(size);
    }
  return sizes;
}

Result<SizeReport> size(const Case& given, double up_to_uf) {
  const auto least = least_capacity(given.chain);
  if (!least) return least.error();
  SizeReport report;
  report.model = given.model.program.model.text();
  report.device = given.device.name;
  report.harvest = given.harvest.name;
  report.sizes = {size_of(given, "whole", whole(given.chain)), size_of(given, "layer", pieces(given.chain)),
                  size_of(given, "best", least->segments)};
  const auto& smallest = report.sizes.back();
  if (!smallest.smallest_uf)
    return Error{ErrorCode::kNoFit, given.chain.label + ", " + smallest.layers + ": " + smallest.reason};
  for (const double microfarads : sold_capacitors_uf(*smallest.smallest_uf, up_to_uf)) {
    auto lines = lines_at(given, microfarads);
    if (!lines) return lines.error();
    for (auto& line : *lines) {
      if (is_better(line, report.best)) report.best = line;
      report.sweep.push_back(std::move(line));
    }
  }
  return report;
}

}  // namespace synergy::intermittent_offline
