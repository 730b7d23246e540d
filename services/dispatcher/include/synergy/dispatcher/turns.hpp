// Whose turn it is: the turns that a plan's pipelines have taken since it was started.
//
// In a plan's cyclic order every unit waits for every pipeline's next run. A pipeline that does not run for a
// while (its app is slower than the mesh, has come to its end, or its runs are being drained) would stop all
// others: its turns are passed over, up to the furthest that any pipeline has come.
//
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "synergy/base/strong_id.hpp"

namespace synergy::dispatcher {

class Turns {
 public:
  void start_again() { next_.clear(); }
  /// The pipeline's next turn, which it takes.
  [[nodiscard]] std::uint64_t take(const AppId& app) { return next_[app]++; }
  struct Skip {
    std::uint64_t first = 0, count = 0;
    bool operator==(const Skip&) const = default;
  };
  /// The turns that the pipeline lets pass so that nobody waits for it; nothing where it is not behind.
  [[nodiscard]] std::optional<Skip> catch_up(const AppId& app) {
    std::uint64_t lead = 0;
    for (const auto& [other, turn] : next_) lead = turn > lead ? turn : lead;
    auto& next = next_[app];
    if (next >= lead) return std::nullopt;
    const Skip skip{next, lead - next};
    next = lead;
    return skip;
  }

 private:
  std::map<AppId, std::uint64_t> next_;
};

}  // namespace synergy::dispatcher
