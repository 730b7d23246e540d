#include "synergy/planner/policy.hpp"

#include <algorithm>
#include <array>

namespace synergy::planner {
namespace {

constexpr std::array<Policy, 2> kPolicies{{
    {"ind-e2e", choose_ind_e2e, "each pipeline alone, with the least end-to-end latency"},
    {"min-dev", choose_min_dev, "each pipeline alone, on the fewest devices, lowest ids first"},
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
