// Compares policies on request, one search at a time on a thread of lowest urgency, and remembers what it
// found for as long as the plan in force stays.
//
// Any thread may ask; who asks waits until the search before is done.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "synergy/gateway/board.hpp"
#include "synergy/gateway/comparison.hpp"
#include "synergy/gateway/turn.hpp"
#include "synergy/planner_service/model_cache.hpp"

namespace synergy::gateway {

/// How long one policy may search: nodes, and host time.
inline constexpr std::uint64_t kCompareNodes = 300'000;
inline constexpr Duration kCompareTime = std::chrono::seconds(3);
/// How long somebody waits for the searches of others.
inline constexpr Duration kCompareTurn = std::chrono::seconds(60);

class Comparer {
 public:
  /// Borrows board and clock.
  Comparer(documents::DeployFolder deploy, const Board& board, const Clock& clock)
      : models_(std::move(deploy)), board_(board), clock_(clock) {}

  /// As Mesh::compare: the policies in the order asked for. Fails with kInvalid for a policy that there is
  /// not, with kOverloaded where others' searches take too long, and with what reading a model fails with.
  [[nodiscard]] Result<Comparison> compare(const std::vector<std::string>& policies);
  /// As Mesh::compared.
  [[nodiscard]] Comparison known() { return known(question()); }
  /// Ends searches at once, for good.
  void stop() { stopped_ = true; }

 private:
  /// What a comparison depends on.
  struct Question {
    std::shared_ptr<const schemas::CollaborationPlan> plan;  ///< nullptr: there is none
    std::shared_ptr<const schemas::BodyView> body;
    std::vector<schemas::AppRequest> apps;
  };
  [[nodiscard]] Question question() const;
  /// Whether `found_` is of this question; under the lock.
  [[nodiscard]] bool is_asked(const Question& question) const;
  /// Forgets what was found of another question.
  [[nodiscard]] Comparison known(const Question& question);
  [[nodiscard]] Result<planner::Problem> problem_of(const Question& question);
  void search(const planner::Problem& problem, const std::string& policy, Comparison& found);

  planner_service::ModelCache models_;
  const Board& board_;
  const Clock& clock_;
  std::atomic<bool> stopped_{false};
  Turns searching_;   ///< taken while anything is searched; of `models_`
  std::mutex mutex_;  ///< of what follows
  Question asked_;
  Comparison found_;
};

}  // namespace synergy::gateway
