#include "synergy/planner/policy.hpp"

#include <algorithm>
#include <array>

#include "policies/policies.hpp"

namespace synergy::planner {
namespace {

constexpr std::array<Policy, 10> kPolicies{{
    {"min-dev", choose_min_dev, "each pipeline alone, on the fewest devices, lowest ids first"},
    {"max-dev", choose_max_dev, "each pipeline alone, on as many devices as it can use, cycles balanced"},
    {"pri-min-dev", choose_pri_min_dev, "by data intensity, on the fewest devices that have room left"},
    {"pri-max-dev", choose_pri_max_dev, "by data intensity, on as many devices as have room left"},
    {"ind-model", choose_ind_model, "each model alone, with the least inference and inter-chunk time"},
    {"joint-model", choose_joint_model, "all models together, for the best throughput of models alone"},
    {"ind-e2e", choose_ind_e2e, "each pipeline alone, with the least end-to-end latency"},
    {"synergy", choose_synergy, "by data intensity, each the plan that keeps the objective best"},
    {"optimal", choose_optimal, "the best collaboration plan, with a certificate", true},
    {"optimal-mixed", choose_optimal_mixed, "the best shares over several plans of each pipeline", true},
}};

}  // namespace

std::span<const Policy> policies() { return kPolicies; }

const Policy* find_policy(std::string_view name) {
  const auto found = std::find_if(kPolicies.begin(), kPolicies.end(),
                                  [&](const auto& policy) { return policy.name == name; });
  return found == kPolicies.end() ? nullptr : found;
}

std::vector<std::string> policy_names() {
  std::vector<std::string> names;
  for (const auto& policy : kPolicies) names.emplace_back(policy.name);
  return names;
}

}  // namespace synergy::planner
