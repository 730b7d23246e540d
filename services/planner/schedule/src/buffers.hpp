// Where and how long the tensors of a run are stored.
#pragma once

#include "synergy/schedule/executable.hpp"

namespace synergy::schedule {

/// How many of a run's tensors share a place on a device, from the fastest to the smallest.
enum class Sharing {
  kNone,    ///< each tensor has its own
  kVisit,   ///< input and output of a chunk share one, so the next input comes when the output has left
  kDevice,  ///< all of the run's tensors on the device share one
};

/// Sets every execution plan's buffers, one slot each, with as little sharing as fits the devices, those of
/// short latency first. Fails with kNoFit when a device can not hold them even so.
Status set_buffers(schemas::CollaborationPlan& plan, const Sram& sram);

}  // namespace synergy::schedule
