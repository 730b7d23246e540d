#include "synergy/store_service/keeping.hpp"

#include <utility>

namespace synergy::store {
namespace {

/// Whether the machine refused, and not the command.
bool is_of_the_machine(const Error& error) {
  return error.code == ErrorCode::kEnvironment || error.code == ErrorCode::kCorrupt ||
         error.code == ErrorCode::kInternal;
}

}  // namespace

void Keeping::ended(const Status& outcome, MonotonicTime now) {
  if (!outcome && !is_of_the_machine(outcome.error())) return;
  write_ = outcome;
  if (!outcome) refused_at_ = now;
}

void Keeping::look(Database& database, Status room, MonotonicTime now) {
  room_ = std::move(room);
  file_ = database.may_write();
  if (file_ && !write_ && now - refused_at_ >= kTryAfter) ended(database.try_to_write(), now);
}

Trouble Keeping::trouble() const {
  if (!file_ || !write_) return Trouble::kKeepsNothing;
  return room_ ? Trouble::kNone : Trouble::kLittleRoom;
}

std::string Keeping::note() const {
  if (!file_) return "keeps nothing: " + file_.error().message;
  if (!write_) return "keeps nothing: " + write_.error().message;
  return room_ ? "" : "will soon keep nothing: " + room_.error().message;
}

}  // namespace synergy::store
