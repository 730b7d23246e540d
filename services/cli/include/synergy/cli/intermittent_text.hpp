// What the commands of `synergy intermittent` print for people.
#pragma once

#include <string>

#include "synergy/intermittent_offline/size_report.hpp"
#include "synergy/intermittent_offline/solve_report.hpp"
#include "synergy/intermittent_offline/trace_report.hpp"

namespace synergy::cli {

[[nodiscard]] std::string to_text(const intermittent_offline::TraceList& list);
[[nodiscard]] std::string to_text(const intermittent_offline::SolveReport& report);
[[nodiscard]] std::string to_text(const intermittent_offline::SizeReport& report);

}  // namespace synergy::cli
