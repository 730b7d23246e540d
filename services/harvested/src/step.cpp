#include "synergy/harvested/step.hpp"

#include <algorithm>
#include <cmath>

#include "synergy/base/check.hpp"

namespace synergy::harvested {

std::string_view name_of(StepKind kind) {
  switch (kind) {
    case StepKind::kWeights:
      return "weights";
    case StepKind::kRegisters:
      return "registers";
    case StepKind::kRestore:
      return "restore";
    case StepKind::kLoad:
      return "load";
    case StepKind::kCompute:
      return "compute";
    case StepKind::kUnload:
      return "unload";
    case StepKind::kSave:
      return "save";
  }
  SYNERGY_CHECK(false, "every step has a name");
}

void append_weights(std::vector<Step>& steps, const Chain& chain, const PowerDomain* domain,
                    const Loaded& loaded, const Segment& pieces) {
  const auto missing = [&](std::uint32_t piece) {
    return domain == nullptr || !domain->holds(loaded, {piece, piece + 1});
  };
  for (auto from = pieces.from; from < pieces.to;) {
    if (!missing(from)) {
      ++from;
      continue;
    }
    auto end = from + 1;
    while (end < pieces.to && missing(end)) ++end;
    while (end > from + 1 && !chain.range(from, end).possible()) --end;
    steps.push_back({StepKind::kWeights, {from, end}, chain.range(from, end).weights, loaded});
    from = end;
  }
}

void append_registers(std::vector<Step>& steps, const Chain& chain, const Segment& range) {
  steps.push_back({StepKind::kRegisters, range, chain.range(range.from, range.to).registers});
}

void append_input(std::vector<Step>& steps, const Chain& chain, const Segment& range) {
  const auto& cost = chain.range(range.from, range.to).steps;
  steps.push_back({StepKind::kRestore, range, cost.restore});
  steps.push_back({StepKind::kLoad, range, cost.load});
  steps.push_back({StepKind::kCompute, range, cost.infer});
  steps.push_back({StepKind::kUnload, range, cost.unload});
  steps.push_back({StepKind::kSave, range, cost.save});
}

std::vector<Step> steps_of(const Chain& chain, const PowerCycle& cycle, const PowerDomain* domain) {
  std::vector<Step> steps;
  const auto& loaded = cycle.loaded;
  if (loaded.from < loaded.to) {
    append_weights(steps, chain, domain, loaded, {loaded.from, loaded.to});
  } else {
    append_weights(steps, chain, domain, loaded, {loaded.from, chain.pieces()});
    append_weights(steps, chain, domain, loaded, {0, loaded.to});
  }
  Segment selected{};  // of no range
  if (domain != nullptr && domain->loaded() == loaded) selected = domain->selected().value_or(selected);
  for (const auto& [range, inputs] : cycle.stages) {
    if (selected != range) append_registers(steps, chain, range);
    selected = range;
    for (std::int64_t k = 0; k < inputs; ++k) append_input(steps, chain, range);
  }
  return steps;
}

std::vector<Cost> costs_of(std::span<const Step> steps) {
  std::vector<Cost> costs;
  costs.reserve(steps.size());
  for (const auto& step : steps) costs.push_back(step.cost);
  return costs;
}

accel_model::Load load_of(const accel_model::StoreSettings& store, const Cost& cost) {
  if (cost.time == Duration::zero()) return {};
  const double mw = double(cost.energy) / double(cost.time.count());  // pJ / ns
  return {mw, store.current_ma(mw)};
}

double charge_needed_uj(const accel_model::StoreSettings& store, std::span<const Cost> costs) {
  // Backwards in time dW/dt = taken + quiescent + a W: a course of that input with a decay of -a.
  const double a = store.capacitor.decay_per_s();
  double needed = 0;
  for (auto cost = costs.rbegin(); cost != costs.rend(); ++cost) {
    const auto load = load_of(store, *cost);
    const double drain = store.converter.taken_uw(load.power_mw) + store.converter.quiescent_uw;
    needed = std::max(needed, store.brown_out_uj(load.current_ma));
    const double time = seconds(cost->time), growth = std::exp(a * time);
    needed = needed * growth + drain * (a > 0 ? std::expm1(a * time) / a : time);
  }
  constexpr double kRounding = 1 + 1e-9;
  return needed * kRounding;
}

Status check_device(const Chain& chain, const accel_model::StoreSettings& store) {
  const auto timed = [](const Cost& cost) { return cost.time > Duration::zero() || cost.energy == 0; };
  for (std::uint32_t b = 1; b <= chain.pieces(); ++b)
    for (std::uint32_t a = 0; a < b; ++a) {
      const auto& range = chain.range(a, b);
      if (!range.possible()) continue;
      const auto& steps = range.steps;
      if (steps.sum() != range.variable)
        return Error{ErrorCode::kInvalid, chain.label + ": its steps do not add up; make it by make_chain()"};
      for (const auto& cost :
           {range.weights, range.registers, steps.restore, steps.load, steps.infer, steps.unload, steps.save})
        if (!timed(cost))
          return Error{ErrorCode::kInvalid, chain.label + ", " + chain.name_of({a, b}) +
                                                ": a step takes energy and no time; give its figures a time"};
    }
  if (chain.boot.time <= Duration::zero())
    return Error{ErrorCode::kInvalid, chain.label + ": boots in no time; give 'boot_us' a figure above 0"};
  const auto same = with_boot_of(chain, store);
  if (store.boot != same.boot || std::abs(store.boot_mw - same.boot_mw) > 1e-9 * same.boot_mw)
    return Error{ErrorCode::kInvalid,
                 chain.label + ": its plan and its store boot differently; take with_boot_of()"};
  return {};
}

accel_model::StoreSettings with_boot_of(const Chain& chain, accel_model::StoreSettings store) {
  store.boot = chain.boot.time;
  store.boot_mw = load_of(store, chain.boot).power_mw;
  return store;
}

}  // namespace synergy::harvested
