#include "synergy/harvested_offline/bound.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "synergy/intermittent/cycle_program.hpp"

namespace synergy::harvested_offline {
namespace {

using harvested::Cost;
using harvested::Picojoules;
using intermittent::microjoules;
using intermittent::Range;

constexpr auto kNever = std::numeric_limits<std::int64_t>::max();

double stored_uw(const accel_model::Converter& converter, std::uint64_t power_nw) {
  return std::max(converter.stored_uw(power_nw, false), converter.stored_uw(power_nw, true));
}

/// Least energy and least time, each by itself.
Cost lesser(const Cost& a, const Cost& b) { return {std::min(a.energy, b.energy), std::min(a.time, b.time)}; }

/// The whole model lies in the accelerator, and all that it runs can use the same copy of its weights.
bool shares_one_copy(const Chain& chain) {
  const auto& whole = chain.range(0, chain.pieces());
  for (std::uint32_t b = 1; b <= chain.pieces(); ++b)
    for (std::uint32_t a = 0; a < b; ++a) {
      const auto& range = chain.range(a, b);
      if (range.possible() && range.turned != whole.turned) return false;
    }
  return whole.possible();
}

/// The least power at which any step takes energy, boot included: mW.
double least_load_mw(const Chain& chain) {
  double least = std::numeric_limits<double>::infinity();
  const auto look_at = [&](const Cost& cost) {
    if (cost.time > Duration::zero())
      least = std::min(least, double(cost.energy) / double(cost.time.count()));
  };
  look_at(chain.boot);
  for (std::uint32_t b = 1; b <= chain.pieces(); ++b)
    for (std::uint32_t a = 0; a < b; ++a) {
      const auto& range = chain.range(a, b);
      if (!range.possible()) continue;
      const auto& s = range.steps;
      for (const auto& cost : {range.weights, range.registers, s.restore, s.load, s.infer, s.unload, s.save})
        look_at(cost);
    }
  return least;
}

double highest_stored_uw(const accel_model::Converter& converter, const accel_model::HarvestTrace& trace) {
  double highest = 0;
  for (Duration t{}; t < trace.duration();) {
    const auto now = trace.at(t);
    highest = std::max(highest, stored_uw(converter, now.power_nw));
    if (now.until == accel_model::HarvestTrace::kForever) break;
    t = now.until;
  }
  return highest;
}

/// What one power cycle can take at the load: of E, E / output_efficiency leaves the capacitor, and the
/// harvest fills it for E / (least load) at most. Nothing where a power cycle may go on for ever.
std::optional<Picojoules> largest_power_cycle(const Case& given) {
  const auto& store = given.figures.store;
  const auto& [on_v, off_v, max_v] = store.thresholds;
  const double full_uj = store.capacitor.charge_uj(max_v) - store.capacitor.charge_uj(off_v);
  const double taken = 1 / store.converter.output_efficiency;
  const double filled = highest_stored_uw(store.converter, given.trace) / (1000 * least_load_mw(given.chain));
  if (!(taken > filled)) return std::nullopt;
  const double picojoules = full_uj / (taken - filled) * intermittent::kPjPerUj;
  if (!(picojoules < double(intermittent::kMostEnergy))) return std::nullopt;
  return Picojoules(picojoules) + 1;
}

/// uJ; nothing where the program has no bound for the policy.
std::optional<double> program_uj(const Case& given, std::string_view policy) {
  if (policy != "once" && policy != "sequence" && policy != "batch") return std::nullopt;
  const auto budget = largest_power_cycle(given);
  if (!budget) return std::nullopt;
  auto chain = given.chain;
  if (!shares_one_copy(chain)) chain.boot = {};
  const auto program = intermittent::cycle_program(chain, *budget);
  return program ? std::optional(program->bound_uj) : std::nullopt;
}

}  // namespace

Cost least_of_inference(const Chain& chain) {
  const auto m = chain.pieces();
  const Cost never{kNever, Duration::max()};
  Cost first = never, last = never;
  std::vector<Cost> infer(m + 1, never);  // least arithmetic up to each boundary
  infer[0] = {};
  for (std::uint32_t b = 1; b <= m; ++b)
    for (std::uint32_t a = 0; a < b; ++a) {
      const auto& range = chain.range(a, b);
      if (!range.possible() || infer[a].energy == kNever) continue;
      infer[b] = lesser(infer[b], infer[a] + range.steps.infer);
      if (a == 0) first = lesser(first, range.steps.restore + range.steps.load);
      if (b == m) last = lesser(last, range.steps.unload + range.steps.save);
    }
  return infer[m].energy == kNever ? Cost{} : first + infer[m] + last;
}

double stored_uj(const accel_model::Converter& converter, const accel_model::HarvestTrace& trace,
                 Duration from, Duration length) {
  double sum = 0;
  const auto end = from + length;
  for (auto t = from; t < end;) {
    const auto now = trace.at(t);
    const auto until = std::min(end, now.until);
    sum += stored_uw(converter, now.power_nw) * seconds(until - t);
    t = until;
  }
  return sum;
}

Bound bound_of(const Case& given, const BoundQuestion& question) {
  const auto& store = given.figures.store;
  const double began_uj =
      store.capacitor.charge_uj(question.volts) - store.capacitor.charge_uj(store.thresholds.off_v);
  const double budget_uj = std::max(0.0, began_uj + stored_uj(store.converter, given.trace,
                                                              question.into_trace, question.length)) *
                           store.converter.output_efficiency;
  const auto least = least_of_inference(given.chain);
  Bound bound;
  bound.uj_per_inference = microjoules(least.energy);
  if (const auto program = program_uj(given, question.policy);
      program && *program >= bound.uj_per_inference) {
    bound.uj_per_inference = *program;
    bound.kind = BoundKind::kCycleProgram;
  }
  bound.inferences = bound.uj_per_inference > 0 ? budget_uj / bound.uj_per_inference
                                                : std::numeric_limits<double>::infinity();
  const auto limit = [&](double inferences, BoundKind kind) {
    if (inferences < bound.inferences) bound = {inferences, kind, bound.uj_per_inference};
  };
  if (least.time > Duration::zero()) limit(seconds(question.length) / seconds(least.time), BoundKind::kTime);
  if (question.inputs > 0) limit(double(question.inputs), BoundKind::kInputs);
  return bound;
}

}  // namespace synergy::harvested_offline
