// Which plans of the history are meant: by time, app and device. One condition for whoever lists them.
#pragma once

#include <string_view>

namespace synergy::store {

/// A WHERE on `collaboration_plans p`. ?1 and ?2 bound the time they were made, the upper one not included;
/// ?3 is an app that they serve, and ?4 a device that senses, computes or interacts in them, each empty for
/// any.
inline constexpr std::string_view kPlanFilter = R"(
WHERE p.made_unix_ns >= ?1 AND p.made_unix_ns < ?2
  AND (?3 = '' OR EXISTS (SELECT 1 FROM execution_plans e WHERE e.plan_id = p.id AND e.app = ?3))
  AND (?4 = '' OR EXISTS (SELECT 1 FROM execution_plans e WHERE e.plan_id = p.id AND ?4 IN (e.source, e.target))
               OR EXISTS (SELECT 1 FROM chunks c WHERE c.plan_id = p.id AND c.device = ?4))
)";

}  // namespace synergy::store
