#include "synergy/harvested/policy.hpp"

#include <algorithm>
#include <array>

#include "policies.hpp"
#include "synergy/base/check.hpp"

namespace synergy::harvested {
namespace {

struct Named {
  std::string_view name;
  bool safe;
  PolicyMaker* make;
};

constexpr std::array<Named, 10> kPolicies{{
    {"restart", false, make_restart},
    {"restart-cold", false, make_restart_cold},
    {"layer", false, make_layer},
    {"jit", true, make_jit},
    {"urgent", true, make_urgent},
    {"urgent-early", true, make_urgent_early},
    {"once", true, make_once},
    {"sequence", true, make_sequence},
    {"batch", true, make_batch},
    {"adaptive", true, make_adaptive},
}};

const Named* named(std::string_view name) {
  const auto* found = std::find_if(kPolicies.begin(), kPolicies.end(),
                                   [&](const Named& policy) { return policy.name == name; });
  return found == kPolicies.end() ? nullptr : found;
}

/// Every cost of one step that a chain knows.
std::vector<Cost> all_steps(const Chain& chain) {
  std::vector<Cost> costs{chain.boot};
  for (std::uint32_t b = 1; b <= chain.pieces(); ++b)
    for (std::uint32_t a = 0; a < b; ++a) {
      const auto& range = chain.range(a, b);
      if (!range.possible()) continue;
      const auto& s = range.steps;
      costs.insert(costs.end(),
                   {range.weights, range.registers, s.restore, s.load, s.infer, s.unload, s.save});
    }
  std::erase_if(costs, [](const Cost& cost) { return cost.time == Duration::zero(); });
  return costs;
}

}  // namespace

bool Policy::has_work(const View& view) const { return view.inputs > 0 || view.ledger.furthest() > 0; }

std::vector<std::uint32_t> Policy::places() const {
  // One inference at a time: what is written lies at another boundary than what was read. A result stays
  // readable while the next one is written.
  std::vector<std::uint32_t> places(chain_.pieces(), 1);
  places.back() = 2;
  return places;
}

const std::vector<std::string>& policy_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> made;
    for (const auto& policy : kPolicies) made.emplace_back(policy.name);
    return made;
  }();
  return names;
}

bool is_safe(std::string_view policy) {
  const auto* found = named(policy);
  return found != nullptr && found->safe;
}

Result<Picojoules> plan_capacity(const Chain& chain, const DeviceFigures& device) {
  if (auto checked = check_device(chain, device.store); !checked) return checked.error();
  if (!(device.margin > 0 && device.margin <= 1))
    return Error{ErrorCode::kInvalid, "a margin is above 0, and at most 1"};
  double highest_mw = 0, lowest_mw = 1e9;
  for (const auto& cost : all_steps(chain)) {
    const double mw = load_of(device.store, cost).power_mw;
    highest_mw = std::max(highest_mw, mw);
    if (mw > 0) lowest_mw = std::min(lowest_mw, mw);
  }
  const auto& store = device.store;
  const double usable_uj = device.margin * store.usable_uj(store.current_ma(highest_mw));
  const double lost_uw = store.capacitor.leakage_uw(store.capacitor.charge_uj(store.thresholds.on_v)) +
                         store.converter.quiescent_uw;
  const double longest_s = usable_uj / (lowest_mw * 1000);
  const double capacity_uj = usable_uj - lost_uw * longest_s * store.converter.output_efficiency;
  return Picojoules(std::max(0.0, capacity_uj) * intermittent::kPjPerUj * (1 - 1e-8));
}

Result<std::unique_ptr<Policy>> make_policy(std::string_view name, const Chain& chain,
                                            const DeviceFigures& device) {
  const auto* found = named(name);
  if (found == nullptr) {
    std::string names;
    for (const auto& known : policy_names()) names += (names.empty() ? "" : ", ") + known;
    return Error{ErrorCode::kNotFound, "no policy '" + std::string(name) + "'; take one of " + names};
  }
  const auto capacity = plan_capacity(chain, device);
  if (!capacity) return capacity.error();
  return found->make(chain, device, *capacity);
}

}  // namespace synergy::harvested
