#include "synergy/bus/fair_share.hpp"

#include <algorithm>

namespace synergy::bus {

FairShare::Verdict FairShare::take(std::string_view source, std::size_t bytes, MonotonicTime now) {
  const std::size_t units = 1 + bytes / kBytesAUnit;
  const auto cost = Duration(std::int64_t(double(units) / limits_.units_per_second * 1e9));
  auto& paid = paid_until(source, now);
  const auto debt = std::max(paid, now) + cost - now;
  if (debt > limits_.burst + limits_.most_debt) return Verdict::kFar;
  paid = now + debt;
  return debt > limits_.burst ? Verdict::kOver : Verdict::kWithin;
}

MonotonicTime& FairShare::paid_until(std::string_view source, MonotonicTime now) {
  if (const auto found = paid_.find(source); found != paid_.end()) return found->second;
  if (paid_.size() >= kMaxSources) std::erase_if(paid_, [&](const auto& one) { return one.second <= now; });
  const bool room = paid_.size() < kMaxSources;
  return paid_.emplace(room ? source : std::string_view(), now).first->second;
}

}  // namespace synergy::bus
