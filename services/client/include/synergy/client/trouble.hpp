// What a person is told of processes that run and can not do what they are there for. Pure.
#pragma once

#include <string>
#include <vector>

#include "synergy/schemas/health.hpp"

namespace synergy::client {

/// A line, without its end, for each process in trouble: who, why, and what to do.
[[nodiscard]] std::vector<std::string> troubles(const schemas::ServiceList& services);

}  // namespace synergy::client
