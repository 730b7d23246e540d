#include "synergy/accel_model/converter.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <tuple>
#include <utility>

#include "synergy/base/check.hpp"

namespace synergy::accel_model {
namespace {

using Points = std::span<const EfficiencyPoint>;

double between(double part, double from, double to) { return from + part * (to - from); }

/// Of points of one voltage, which ascend.
double at_input(Points row, double input) {
  if (input <= row.front().input) return row.front().efficiency;
  if (input >= row.back().input) return row.back().efficiency;
  const auto above = std::upper_bound(row.begin(), row.end(), input,
                                      [](double x, const EfficiencyPoint& point) { return x < point.input; });
  const auto below = above - 1;
  return between(std::log(input / below->input) / std::log(above->input / below->input), below->efficiency,
                 above->efficiency);
}

/// The points of the voltage that those from `first` on begin with.
Points row_from(Points first) {
  std::size_t size = 0;
  while (size < first.size() && first[size].input_mv == first.front().input_mv) ++size;
  return first.first(size);
}

}  // namespace

EfficiencyTable::EfficiencyTable(std::vector<EfficiencyPoint> points) : points_(std::move(points)) {
  const auto place = [](const EfficiencyPoint& point) { return std::tuple(point.input_mv, point.input); };
  std::sort(points_.begin(), points_.end(),
            [&](const auto& a, const auto& b) { return place(a) < place(b); });
  SYNERGY_CHECK(!points_.empty(), "a table of efficiency has points");
  const bool by_power = points_.front().input_mv == 0;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const auto& point = points_[i];
    SYNERGY_CHECK(point.input > 0 && point.efficiency >= 0 && point.efficiency <= 1,
                  "a point has an input above 0, and an efficiency from 0 to 1");
    SYNERGY_CHECK(by_power == (point.input_mv == 0), "a table is by power or by current, not both");
    SYNERGY_CHECK(i == 0 || place(points_[i - 1]) != place(point), "a place of a table has one efficiency");
  }
}

double EfficiencyTable::at(double power_uw, double voltage_mv) const {
  if (!(power_uw > 0)) return 0;
  Points rest = points_;
  if (rest.front().input_mv == 0) return at_input(rest, power_uw);
  SYNERGY_CHECK(voltage_mv > 0, "a table by current is asked at a voltage");
  const double current_ua = power_uw / voltage_mv * 1000;
  auto row = row_from(rest);
  double efficiency = at_input(row, current_ua);
  while (row.front().input_mv < voltage_mv) {
    rest = rest.subspan(row.size());
    if (rest.empty()) return efficiency;
    const auto next = row_from(rest);
    const double of_next = at_input(next, current_ua);
    if (voltage_mv <= next.front().input_mv)
      return between((voltage_mv - row.front().input_mv) / (next.front().input_mv - row.front().input_mv),
                     efficiency, of_next);
    row = next;
    efficiency = of_next;
  }
  return efficiency;
}

double Converter::stored_uw(std::uint64_t harvest_nw, bool cold) const {
  const double input_uw = double(harvest_nw) / 1000 * rectifier_efficiency;
  if (input_uw < least_input_uw || (cold && input_uw < cold_start_least_uw)) return 0;
  const double warm = efficiency.at(input_uw, input_mv);
  return input_uw * (cold ? std::min(cold_start_efficiency, warm) : warm);
}

}  // namespace synergy::accel_model
