// Whether the store can keep what it is sent: known from what became of the last command, and from looking.
//
// What a reader gets wrong: a process whose command was refused may never send it again. So a store that has
// failed tries by itself whether there is room again. Pure except for that trial; one thread.
#pragma once

#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

/// After a refusal the store does not try by itself for so long: there may be room for its small write and
/// none for a large command. While commands come and fail, theirs is the word.
inline constexpr Duration kTryAfter = std::chrono::seconds(2);

enum class Trouble {
  kNone,
  kLittleRoom,    ///< nothing was refused yet, but the disk is full
  kKeepsNothing,  ///< what is sent is refused
};

class Keeping {
 public:
  /// A command that is to be stored ended so. Only what the machine refused is trouble, not what a sender got
  /// wrong.
  void ended(const Status& outcome, MonotonicTime now);

  /// To be called a few times a second. `room`: what the disk says of itself. Tries to write where a refusal
  /// is older than kTryAfter.
  void look(Database& database, Status room, MonotonicTime now);

  [[nodiscard]] Trouble trouble() const;
  /// What is wrong and what to do; empty while all is well.
  [[nodiscard]] std::string note() const;

 private:
  Status file_;   ///< at its path, and whole
  Status write_;  ///< the last one
  Status room_;
  MonotonicTime refused_at_{};
};

}  // namespace synergy::store
