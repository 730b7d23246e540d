// What `synergy intermittent run` prints for people.
#pragma once

#include <string>

#include "synergy/harvested_offline/summary.hpp"

namespace synergy::cli {

[[nodiscard]] std::string to_text(const harvested_offline::RunSummary& summary);

}  // namespace synergy::cli
