#include "synergy/cli/search_progress.hpp"

#include <algorithm>
#include <optional>

#include "synergy/cli/client.hpp"
#include "synergy/cli/planning_text.hpp"
#include "synergy/client/table.hpp"

namespace synergy::cli {
namespace {

/// Nothing where there is no limit, or too little is known.
std::optional<double> ms_left(const planner::Progress& progress, const SearchLimits& limits,
                              double elapsed_ms) {
  if (limits.ms > 0) return std::max(0.0, limits.ms - elapsed_ms);
  if (limits.nodes == 0 || progress.nodes == 0) return std::nullopt;
  const auto left = double(limits.nodes - std::min(limits.nodes, progress.nodes));
  return left / double(progress.nodes) * elapsed_ms;
}

}  // namespace

std::string progress_text(const planner::Progress& progress, schemas::Objective objective,
                          const SearchLimits& limits, double elapsed_ms) {
  auto text = fixed(elapsed_ms / 1000, 0) + " s, " + std::to_string(progress.nodes);
  if (limits.nodes > 0) text += " of " + std::to_string(limits.nodes);
  text += " nodes, ";
  text += progress.best ? "best " + value_text(*progress.best, objective) : "no plan yet";
  if (progress.bound) text += ", bound " + value_text(*progress.bound, objective);
  if (const auto left = ms_left(progress, limits, elapsed_ms))
    text += std::string(", ") + (limits.ms > 0 ? "" : "about ") + fixed(*left / 1000, 0) + " s left";
  return text;
}

void SearchProgress::watch(planner::Budget& budget) {
  if (!line_.is_shown_anywhere()) return;
  budget.tell([this](const planner::Progress& progress) {
    line_.show([&](double elapsed_ms) { return progress_text(progress, objective_, limits_, elapsed_ms); });
  });
}

}  // namespace synergy::cli
