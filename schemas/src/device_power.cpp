#include "synergy/schemas/device_power.hpp"

#include <set>
#include <tuple>

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {
namespace {

bool is_share(double x) { return x > 0 && x <= 1; }

/// A part of something: from 0, or from above 0 where it is divided by.
void check_share(const char* name, const Figure& figure, bool above_zero, Complaints& complaints) {
  if (above_zero ? is_share(figure.value) : figure.value <= 1) return;
  complaints.add("'" + std::string(name) + "' must be " + (above_zero ? "above 0 and" : "from 0 to 1,") +
                 " at most 1; it is " + number_text(figure.value));
}

}  // namespace

Status EfficiencyPoint::check() const {
  Complaints complaints;
  const bool by_power = input_uw && !input_mv && !input_ua, by_current = !input_uw && input_mv && input_ua;
  if (!by_power && !by_current)
    complaints.add("a point of the efficiency has input_uw, or input_mv and input_ua");
  check_share("stored", stored, false, complaints);
  return complaints.status();
}

Status HarvestProfile::check() const {
  Complaints complaints;
  check_share("rectifier_efficiency", rectifier_efficiency, true, complaints);
  check_share("cold_start_efficiency", cold_start_efficiency, false, complaints);
  std::set<std::tuple<double, double>> places;
  for (std::size_t i = 0; i < efficiency.size(); ++i) {
    const auto& point = efficiency[i];
    const auto where = "efficiency[" + std::to_string(i) + "]: ";
    if (point.input_uw.has_value() != efficiency.front().input_uw.has_value())
      complaints.add(where + "all points go by power (input_uw), or all by current (input_mv, input_ua)");
    if (!places
             .emplace(point.input_mv.value_or(0),
                      point.input_uw ? *point.input_uw : point.input_ua.value_or(0))
             .second)
      complaints.add(where + "a point at the same input stands above");
  }
  const bool by_current = !efficiency.empty() && !efficiency.front().input_uw;
  if (by_current && !(input_mv.value > 0))
    complaints.add("'input_mv' must be above 0: the efficiency goes by current at that voltage");
  return complaints.status();
}

Status StoreProfile::check() const {
  constexpr double kLeastUf = 1e-3, kMostUf = 1e6, kMostV = 40, kLeastRcS = 1e-3;
  Complaints complaints;
  if (!(capacitance_uf.value >= kLeastUf && capacitance_uf.value <= kMostUf))
    complaints.add("'capacitance_uf' must be from 0.001 to 1000000 (1 F); it is " +
                   number_text(capacitance_uf.value));
  if (!(off_v.value > 0)) complaints.add("'off_v' must be above 0: no device runs from an empty capacitor");
  if (on_v.value <= off_v.value)
    complaints.add("'on_v' must be above 'off_v': else the device would get and lose power at one voltage");
  if (max_v.value < on_v.value) complaints.add("'max_v' must be at least 'on_v': else it would never be met");
  if (max_v.value > kMostV) complaints.add("'max_v' must be at most 40 V; it is " + number_text(max_v.value));
  if (leakage_rc_s.value != 0 && leakage_rc_s.value < kLeastRcS)
    complaints.add("'leakage_rc_s' must be 0 (no leakage) or at least 0.001");
  check_share("output_efficiency", output_efficiency, true, complaints);
  check_share("margin", margin, true, complaints);
  return complaints.status();
}

Status CheckpointProfile::check() const {
  constexpr double kLeastUs = 1e-3;
  Complaints complaints;
  if (boot_us.value < kLeastUs)
    complaints.add(
        "'boot_us' must be at least 0.001: a device that starts in no time would start and fail for "
        "ever at one instant");
  return complaints.status();
}

template const StructInfo& describe<EfficiencyPoint>();
template const StructInfo& describe<HarvestProfile>();
template const StructInfo& describe<StoreProfile>();
template const StructInfo& describe<CheckpointProfile>();

}  // namespace synergy::schemas
