#include "synergy/store_service/store_service.hpp"

#include <algorithm>
#include <utility>

#include "synergy/base/text.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/store/transaction.hpp"

namespace synergy::store {
namespace {

Event event_of(const schemas::StoreDecision& decision, UnixTime at) {
  if (decision.plan) return {at, "plan", "plan " + std::to_string(decision.plan->id), decision.cause};
  std::vector<std::string> names;
  for (const auto& status : decision.apps) names.push_back(status.request.app.text());
  return {at, "apps", list_of(names), decision.cause};
}

/// Commits; the answer says what was done.
Result<schemas::Done> done(Transaction& transaction, std::string note) {
  if (auto status = transaction.commit(); !status) return status.error();
  return schemas::Done{std::move(note)};
}

}  // namespace

StoreService::StoreService(Database& database, const Clock& clock)
    : database_(database),
      clock_(clock),
      bodies_(database),
      apps_(database),
      plans_(database),
      runs_(database),
      events_(database) {}

Result<bool> StoreService::keep_apps(const std::vector<schemas::AppStatus>& apps) {
  bool changed = false;
  for (const auto& status : apps) {
    const auto kept = apps_.keep(status);
    if (!kept) return kept.error().at("app '" + status.request.app.text() + "'");
    changed |= *kept;
  }
  return changed;
}

Result<schemas::Done> StoreService::on(const schemas::StoreBody& command) {
  auto transaction = Transaction::begin(database_, Durability::kPowerCut);
  if (!transaction) return transaction.error();
  if (auto status = bodies_.keep(command.body); !status)
    return status.error().at("body '" + command.body.name + "'");
  return done(*transaction, "body kept");
}

Result<schemas::Done> StoreService::on(const schemas::StoreDecision& command) {
  auto transaction = Transaction::begin(database_, Durability::kPowerCut);
  if (!transaction) return transaction.error();
  const auto now = clock_.unix();
  auto changed = keep_apps(command.apps);
  if (!changed) return changed.error();
  if (command.plan) {
    const auto added = plans_.keep(*command.plan, now, command.cause);
    if (!added) return added.error().at("plan " + std::to_string(command.plan->id));
    *changed |= *added;
  }
  if (*changed)
    if (auto status = events_.add(event_of(command, now)); !status) return status.error();
  return done(*transaction, *changed ? "decision kept" : "kept already");
}

Result<schemas::Done> StoreService::on(const schemas::StoreRuns& command) {
  auto transaction = Transaction::begin(database_, Durability::kKill);
  if (!transaction) return transaction.error();
  if (auto kept = keep_apps(command.apps); !kept) return kept.error();  // first: a run belongs to a kept app
  const auto added = runs_.keep(command.runs);
  if (!added) return added.error();
  return done(*transaction,
              std::to_string(*added) + " of " + std::to_string(command.runs.size()) + " runs new");
}

Result<schemas::StoredState> StoreService::on(const schemas::LoadState&) const {
  schemas::StoredState state;
  auto apps = apps_.all();
  if (!apps) return apps.error();
  state.apps = std::move(*apps);
  auto plan = plans_.newest();
  if (!plan) return plan.error();
  state.plan = std::move(*plan);
  state.last_plan_id = state.plan ? state.plan->id : 0;

  for (const auto& status : state.apps) {
    if (status.phase != schemas::AppPhase::kRunning) continue;
    const auto& app = status.request.app;
    auto numbers = runs_.numbers_from(app, status.first_run, schemas::kMaxItems + 1);
    if (!numbers) return numbers.error();
    // Listing fewer would have the dispatcher run the others again.
    if (numbers->size() > schemas::kMaxItems)
      return Error{ErrorCode::kOverloaded, "app '" + app.text() + "' has more than " +
                                               std::to_string(schemas::kMaxItems) +
                                               " ended runs in this submission, too many for one message"};
    state.recorded.emplace(app.text(), std::move(*numbers));
  }
  return state;
}

Result<schemas::PlanHistory> StoreService::on(const schemas::QueryHistory& query) const {
  auto plans = plans_.newest_summaries(std::min(query.limit, kMaxPlansInAnswer));
  if (!plans) return plans.error();
  return schemas::PlanHistory{std::move(*plans)};
}

Result<schemas::RunTable> StoreService::on(const schemas::QueryRuns& query) const {
  auto runs = runs_.of(query.app, query.first_run, std::min(query.limit, kMaxRunsInAnswer));
  if (!runs) return runs.error();
  return schemas::RunTable{std::move(*runs)};
}

}  // namespace synergy::store
