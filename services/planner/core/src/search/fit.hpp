// Whether a set of chunks fits one kind of device by the exact rules, each set judged once.
#pragma once

#include <map>
#include <vector>

#include "route.hpp"
#include "synergy/planner/residency.hpp"

namespace synergy::planner::search {

class Fit {
 public:
  Fit(const Problem& problem, const Space& space) : problem_(problem), space_(space) {}

  struct Chunk {
    std::uint16_t pipeline = 0, i = 0, j = 0;
    auto operator<=>(const Chunk&) const = default;
  };

  /// What a run of each of these chunks (in plan order, no two alike) pays on that device; nothing where they
  /// do not fit.
  [[nodiscard]] std::optional<SwitchKind> judge(int device, const std::vector<Chunk>& chunks);

 private:
  const Problem& problem_;
  const Space& space_;
  std::map<std::pair<std::size_t, std::vector<Chunk>>, std::optional<SwitchKind>> judged_;
};

}  // namespace synergy::planner::search
