// Plans and decisions of a recording, as the store would tell them.
#pragma once

#include <optional>
#include <vector>

#include "synergy/gateway_recorded/recording_file.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::gateway_recorded {

/// A plan that was decided or was in force already, with what made it necessary.
struct RecordedPlan {
  schemas::CollaborationPlan plan;
  std::string cause;
  UnixTime made{};
};

/// The plan that was heard of first in that entry; nothing where it can not be read.
[[nodiscard]] std::optional<RecordedPlan> plan_at(RecordingFile& file,
                                                  const client::RecordingIndex::Entry& entry);
[[nodiscard]] schemas::PlanSummary summary_of(const RecordedPlan& recorded);
/// Puts in how long the mesh took to go over to each plan, where the recording tells it below `end`.
void add_switches(RecordingFile& file, std::uint32_t end, std::vector<schemas::PlanSummary>& plans);
/// The newest first, `limit` at most.
[[nodiscard]] std::vector<schemas::EventRecord> events_of(RecordingFile& file, std::uint32_t end,
                                                          std::size_t limit);

}  // namespace synergy::gateway_recorded
