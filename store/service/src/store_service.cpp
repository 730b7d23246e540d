#include "synergy/store_service/store_service.hpp"

#include <algorithm>
#include <utility>

#include "synergy/base/text.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/store/transaction.hpp"

namespace synergy::store {
namespace {

Event event_of(const schemas::StoreDecision& decision, UnixTime at) {
  if (!decision.decided.empty()) return {at, "decision", decision.decided, decision.cause};
  if (decision.plan) return {at, "plan", "plan " + std::to_string(decision.plan->id), decision.cause};
  std::vector<std::string> names;
  for (const auto& status : decision.apps) names.push_back(status.request.app.text());
  return {at, "apps", list_of(names), decision.cause};
}

/// Of an event's subject or text in an answer, in bytes: all events of one must fit a message.
constexpr std::size_t kMaxEventText = 1500;

/// Cut between two characters of UTF-8 where it is too long.
std::string shortened(std::string text) {
  if (text.size() <= kMaxEventText) return text;
  auto size = kMaxEventText;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  text.resize(size);
  return text + "...";
}

/// Commits; the answer says what was done.
Result<schemas::Done> done(Transaction& transaction, std::string note) {
  if (auto status = transaction.commit(); !status) return status.error();
  return schemas::Done{std::move(note)};
}

}  // namespace

StoreService::StoreService(Database& database, const Clock& clock, Duration backup_step)
    : database_(database),
      clock_(clock),
      bodies_(database),
      apps_(database),
      plans_(database),
      runs_(database),
      events_(database),
      backup_step_(backup_step) {}

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
  const auto now = command.at == UnixTime{} ? clock_.unix() : command.at;
  auto changed = keep_apps(command.apps);
  if (!changed) return changed.error();
  if (command.plan) {
    const auto added = plans_.keep(*command.plan, now, command.cause);
    if (!added) return added.error().at("plan " + std::to_string(command.plan->id));
    *changed |= *added;
  }
  if (*changed || !command.decided.empty())
    if (auto status = events_.add(event_of(command, now)); !status) return status.error();
  return done(*transaction, *changed ? "decision kept" : "kept already");
}

Result<schemas::Done> StoreService::on(const schemas::StoreSwitch& command) {
  auto transaction = Transaction::begin(database_, Durability::kKill);
  if (!transaction) return transaction.error();
  const auto added = plans_.keep_switch(command);
  if (!added) return added.error();
  return done(*transaction, *added ? "switch kept" : "kept already");
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

Result<std::vector<std::uint64_t>> StoreService::open_runs_of(const schemas::AppStatus& status) const {
  const auto& app = status.request.app;
  // The counts are kept together with the records: no more than the others can be missing.
  const auto started = status.next_run - std::min(status.next_run, status.first_run);
  const auto open = started - std::min(started, status.completed + status.failed);
  auto numbers = runs_.missing(app, status.first_run, status.next_run,
                               std::size_t(std::min<std::uint64_t>(open, schemas::kMaxItems + 1)));
  // Listing fewer would have the dispatcher count the others as ended.
  if (numbers && numbers->size() > schemas::kMaxItems)
    return Error{ErrorCode::kOverloaded, "app '" + app.text() + "' has more than " +
                                             std::to_string(schemas::kMaxItems) +
                                             " runs that have not ended, too many for one message"};
  return numbers;
}

Result<schemas::StoredState> StoreService::on(const schemas::LoadState&) const {
  schemas::StoredState state;
  auto apps = apps_.all();
  if (!apps) return apps.error();
  state.apps = std::move(*apps);
  auto newest = plans_.newest();
  if (!newest) return newest.error();
  state.plan = std::move(newest->plan);
  state.last_plan_id = newest->id;

  for (const auto& status : state.apps) {
    const bool may_have_open =
        status.phase == schemas::AppPhase::kRunning || status.phase == schemas::AppPhase::kStopped;
    if (!may_have_open) continue;
    auto open = open_runs_of(status);
    if (!open) return open.error();
    if (status.phase == schemas::AppPhase::kRunning || !open->empty())
      state.open_runs.emplace(status.request.app.text(), std::move(*open));
  }
  return state;
}

Result<schemas::PlanHistory> StoreService::on(const schemas::QueryHistory& query) const {
  auto bounded = query;
  bounded.limit = std::min(query.limit, kMaxPlansInAnswer);
  auto plans = plans_.newest_summaries(bounded);
  if (!plans) return plans.error();
  return schemas::PlanHistory{std::move(*plans)};
}

Result<schemas::CollaborationPlan> StoreService::on(const schemas::QueryPlan& query) const {
  return plans_.of(query.id);
}

Result<schemas::FrameOutcomes> StoreService::on(const schemas::QueryFrames& query) const {
  auto outcomes = runs_.outcomes_of(query.device, query.sequences);
  if (!outcomes) return outcomes.error();
  return schemas::FrameOutcomes{std::move(*outcomes)};
}

Result<schemas::BackupProgress> StoreService::on(const schemas::BackupStore& command) {
  look_after_backup();
  const bool is_this = backup_ && backup_->file() == command.file;
  if (backup_ && !is_this)
    return Error{ErrorCode::kConflict,
                 "a copy to " + backup_->file().string() + " is being made; wait until it is done"};
  if (!is_this) {
    auto begun = Backup::begin(database_, command.file);
    if (!begun) return begun.error();
    backup_ = std::move(*begun);
  }
  backup_asked_ = clock_.monotonic();
  if (auto status = backup_->step(backup_step_); !status) {
    backup_.reset();
    return status.error();
  }
  const schemas::BackupProgress progress{backup_->bytes(), backup_->copied_bytes(), backup_->is_complete()};
  if (progress.complete) backup_.reset();  // whoever asks for this path again means another copy
  return progress;
}

Result<std::uint64_t> StoreService::thin(Duration keep) {
  auto transaction = Transaction::begin(database_, Durability::kKill);
  if (!transaction) return transaction.error();
  const auto thinned = thin_runs(database_, clock_.unix() - std::max(keep, kLeastKept), kThinnedAtOnce);
  if (!thinned) return thinned.error();
  if (auto status = transaction->commit(); !status) return status.error();
  return *thinned;
}

void StoreService::look_after_backup() {
  if (backup_ && clock_.monotonic() - backup_asked_ > kBackupPatience) backup_.reset();
}

Result<schemas::RunTable> StoreService::on(const schemas::QueryRuns& query) const {
  auto runs = runs_.of(query.app, query.first_run, std::min(query.limit, kMaxRunsInAnswer));
  if (!runs) return runs.error();
  return schemas::RunTable{std::move(*runs)};
}

Result<schemas::EventTable> StoreService::on(const schemas::QueryEvents& query) const {
  auto events = events_.newest(std::min(query.limit, kMaxEventsInAnswer));
  if (!events) return events.error();
  schemas::EventTable table;
  for (auto& [at, kind, subject, text] : *events)
    table.events.push_back({at, std::move(kind), shortened(std::move(subject)), shortened(std::move(text))});
  return table;
}

}  // namespace synergy::store
