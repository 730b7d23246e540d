// A day in virtual time, for people.
#pragma once

#include <string>

#include "synergy/virtual_mesh/day_report.hpp"

namespace synergy::cli {

/// Everything in order of time, the plans, and what each app got.
[[nodiscard]] std::string to_text(const virtual_mesh::DayReport& report);

}  // namespace synergy::cli
