// The plan history: every collaboration plan that was decided on, when, and why. Plans are added, never
// changed.
//
// A plan is kept twice: as rows for people, and as its msgpack, from which alone it is restored, so that what
// comes back equals what was kept to the last bit. Plans of an earlier program stay in the history for
// people; what can not be restored of them is said so, and is no damage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

/// A plan's number may lie so far beyond the last plan's: whoever decides leaves out numbers of plans that
/// were not kept, and nobody uses the numbers up.
inline constexpr std::uint64_t kMostPlanIdsSkipped = 1000;

/// The plan of the highest number.
struct NewestPlan {
  std::uint64_t id = 0;  ///< 0: there is none yet
  /// Nothing where there is none, or where an earlier program made it, in a version of message `plan` that
  /// can not be read any more.
  std::optional<schemas::CollaborationPlan> plan;
};

/// Borrows the database. keep() belongs inside a Transaction.
class Plans {
 public:
  explicit Plans(Database& database) : database_(database) {}

  /// Adds the plan; false, and nothing changed, when an equal plan of this id is there already (then the
  /// earlier `made` and `cause` stand). Fails with kConflict when another plan has the id or one after it,
  /// with kInvalid when the id is more than kMostPlanIdsSkipped beyond the last plan's, the plan names an app
  /// twice or its numbers make no sense.
  Result<bool> keep(const schemas::CollaborationPlan& plan, UnixTime made, const std::string& cause);

  /// How long it took to go over to a plan; false when that is known already. Fails with kNotFound when there
  /// is no such plan.
  Result<bool> keep_switch(const schemas::StoreSwitch& took);

  /// Fails with kCorrupt when its content is damaged.
  [[nodiscard]] Result<NewestPlan> newest() const;

  /// Fails with kNotFound when there is none of this number, or its content is of a version of message `plan`
  /// that can not be read any more (the message says so); with kCorrupt as newest() does.
  [[nodiscard]] Result<schemas::CollaborationPlan> of(std::uint64_t id) const;

  /// Those that the query asks for, newest first.
  [[nodiscard]] Result<std::vector<schemas::PlanSummary>> newest_summaries(
      const schemas::QueryHistory& query) const;

 private:
  Database& database_;
};

}  // namespace synergy::store
