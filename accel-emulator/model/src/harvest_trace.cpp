#include "synergy/accel_model/harvest_trace.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace synergy::accel_model {
namespace {

Duration from_us(std::uint64_t us) { return std::chrono::microseconds(std::int64_t(us)); }

}  // namespace

Result<HarvestTrace> HarvestTrace::of(const schemas::HarvestRecording& recording) {
  if (const auto fault = schemas::fault_of(recording))
    return Error{ErrorCode::kInvalid,
                 (fault->row ? "row " + std::to_string(*fault->row + 1) + ": " : "") + fault->text};
  return HarvestTrace(recording.rows, from_us(recording.duration_us));
}

HarvestTrace HarvestTrace::constant(std::uint64_t power_nw) {
  SYNERGY_CHECK(power_nw <= schemas::kMaxHarvestNw, "a harvest is at most 10 W");
  return HarvestTrace({{0, power_nw}}, std::chrono::seconds(1));
}

HarvestTrace::HarvestTrace(std::vector<schemas::HarvestRow> rows, Duration duration) : duration_(duration) {
  const auto grow_to = [&](Duration time) {
    if (!steps_.empty()) whole_ += Attojoules(steps_.back().power_nw) * (time - steps_.back().begin).count();
  };
  for (const auto& row : rows) {
    if (!steps_.empty() && steps_.back().power_nw == row.p_nw) continue;
    grow_to(from_us(row.t_us));
    steps_.push_back({from_us(row.t_us), row.p_nw, whole_});
  }
  grow_to(duration);
}

std::size_t HarvestTrace::row_at(Duration within) const {
  const auto after = std::upper_bound(steps_.begin(), steps_.end(), within,
                                      [](Duration time, const Step& step) { return time < step.begin; });
  return std::size_t(after - steps_.begin()) - 1;
}

HarvestTrace::Now HarvestTrace::at(Duration time) const {
  SYNERGY_CHECK(time >= Duration::zero(), "a trace begins at 0");
  const auto within = time % duration_;
  const auto row = row_at(within);
  const auto power = steps_[row].power_nw;
  if (steps_.size() == 1) return {power, kForever};
  const auto begin = time - within;  // of this repetition
  if (row + 1 < steps_.size()) return {power, begin + steps_[row + 1].begin};
  // Where the last power is the first, too, it goes on into the next repetition.
  return {power, begin + duration_ + (steps_.front().power_nw == power ? steps_[1].begin : Duration::zero())};
}

Attojoules HarvestTrace::energy_until(Duration time) const {
  const auto within = time % duration_;
  const auto& step = steps_[row_at(within)];
  return whole_ * (time / duration_) + step.before +
         Attojoules(step.power_nw) * (within - step.begin).count();
}

Attojoules HarvestTrace::energy(Duration from, Duration to) const {
  SYNERGY_CHECK(Duration::zero() <= from && from <= to, "energy is asked from an instant to a later one");
  return energy_until(to) - energy_until(from);
}

double HarvestTrace::mean_nw() const { return double(whole_) / double(duration_.count()); }

std::vector<std::uint64_t> HarvestTrace::means_nw(Duration window) const {
  SYNERGY_CHECK(window > Duration::zero(), "a window has a length");
  std::vector<std::uint64_t> means;
  for (Duration begin{}; begin < duration_; begin += window)
    means.push_back(std::uint64_t(energy(begin, begin + window) / window.count()));
  return means;
}

std::uint64_t HarvestTrace::quantile_of_means_nw(double share, Duration window) const {
  SYNERGY_CHECK(share >= 0 && share <= 1, "a share is from 0 to 1");
  auto means = means_nw(window);
  std::sort(means.begin(), means.end());
  // A share is no binary fraction: 0.28 x 25 is 7, not the little more that it comes to.
  const auto rank = std::size_t(std::ceil(share * double(means.size()) - 1e-9));
  return means[std::clamp<std::size_t>(rank, 1, means.size()) - 1];
}

}  // namespace synergy::accel_model
