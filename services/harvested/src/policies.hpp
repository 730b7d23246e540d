// The policies, each in a file of its own below policies/.
#pragma once

#include <memory>

#include "synergy/harvested/policy.hpp"

namespace synergy::harvested {

/// `capacity` as plan_capacity() says.
using PolicyMaker = Result<std::unique_ptr<Policy>>(const Chain& chain, const DeviceFigures& device,
                                                    Picojoules capacity);

PolicyMaker make_restart, make_restart_cold, make_layer, make_jit, make_urgent, make_urgent_early, make_once,
    make_sequence, make_batch, make_adaptive;

}  // namespace synergy::harvested
