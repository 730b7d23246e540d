// Which runs of an app were shown already while somebody follows it, and which are still to be fetched.
//
// Results come over the bus, which may lose some while a process is started again; the store has them all. So
// each result that is heard is shown at once, and where numbers are missing the store is asked.
//
// Pure: one thread, no clock.
#pragma once

#include <cstdint>
#include <set>

namespace synergy::client {

class FollowedRuns {
 public:
  /// Runs below `from` are not followed.
  explicit FollowedRuns(std::uint64_t from) : from_(from), next_(from) {}

  /// Takes note of a run; false when it was noted before, or is not followed.
  bool note(std::uint64_t run);
  [[nodiscard]] std::uint64_t from() const { return from_; }
  /// The lowest run that was not noted: those in the store are to be shown from here on.
  [[nodiscard]] std::uint64_t next() const { return next_; }
  /// Whether a later run was noted than one that was not.
  [[nodiscard]] bool has_gaps() const { return !above_.empty(); }

 private:
  std::uint64_t from_, next_;
  std::set<std::uint64_t> above_;  ///< noted, beyond next_
};

/// Runs beyond the lowest missing one that are remembered; where there are more, that one is given up.
inline constexpr std::size_t kMostRemembered = 10'000;

}  // namespace synergy::client
