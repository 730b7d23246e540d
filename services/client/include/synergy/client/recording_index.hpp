// Where in a recording everything stands that a page shows: for any moment, the state of the mesh is found
// with a few halvings and read with a few packets, however long the recording is.
//
// Entries stand in lists with a name: of a state, a result, a failure or a heartbeat that is its topic; of
// what is told to the store the message (`store.runs`, `store.decision`, `store.switch`); of an executor's
// answer `tasks/DEVICE`. Tensors, grants and other commands have no entry. An entry is 28 bytes, and so many
// are kept in memory; the packets stay in the file.
//
// What does not change after it was made, may be read by any thread.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/client/recording.hpp"
#include "synergy/client/recording_changes.hpp"
#include "synergy/client/recording_info.hpp"

namespace synergy::client {

/// Names of lists that are no topics.
inline constexpr std::string_view kStoreDecisions = "store.decision", kStoreRuns = "store.runs",
                                  kStoreSwitches = "store.switch", kTasksPrefix = "tasks/";

/// Entries at most: 1.4 GB of memory.
inline constexpr std::size_t kMaxEntries = 50'000'000;

class RecordingIndex {
 public:
  /// Places of entries; ascending.
  using Places = std::vector<std::uint32_t>;
  struct Entry {
    Duration at{0};
    std::uint64_t offset = 0;  ///< for RecordingReader::packet_at()
    std::uint32_t list = 0;
  };
  struct RunPlace {
    std::uint64_t run = 0;
    std::uint32_t entry = 0;  ///< of `store.runs`
  };
  struct PlanPlace {
    std::uint64_t id = 0;
    std::uint32_t entry = 0;  ///< of `store.decision`, or of `state/plan`
  };

  /// Reads the recording to its end. Fails with what the reading fails with, with kOverloaded beyond
  /// kMaxEntries, and with kUnavailable as soon as `go_on()`, which is asked often, says no.
  [[nodiscard]] static Result<RecordingIndex> of(RecordingReader& recording,
                                                 const std::function<bool()>& go_on);

  [[nodiscard]] const RecordingHeader& header() const { return header_; }
  [[nodiscard]] Duration length() const { return length_; }
  /// What a person is to know about it; empty: nothing.
  [[nodiscard]] const std::string& shortcomings() const { return shortcomings_; }
  /// The host's monotonic time when the recording began, by the results of runs; without any 0.
  [[nodiscard]] MonotonicTime origin() const { return origin_; }

  [[nodiscard]] std::span<const Entry> entries() const { return entries_; }
  [[nodiscard]] const std::string& name_of(const Entry& entry) const { return names_[entry.list]; }
  /// How many entries there are up to this moment, it included. What follows takes such a number as `end`.
  [[nodiscard]] std::uint32_t until(Duration at) const;
  /// The newest entry of that list below `end`.
  [[nodiscard]] const Entry* newest(std::string_view list, std::uint32_t end) const;
  [[nodiscard]] std::span<const std::uint32_t> places(std::string_view list, std::uint32_t end) const;
  /// Names of all lists that begin so.
  [[nodiscard]] std::vector<std::string> lists(std::string_view prefix) const;

  /// Kept runs of an app, in the order in which they were kept.
  [[nodiscard]] std::span<const RunPlace> runs(const std::string& app, std::uint32_t end) const;
  /// Each plan where it was first heard of, the oldest first.
  [[nodiscard]] std::span<const PlanPlace> plans(std::uint32_t end) const;

  // What `replay --info` says of a whole recording, of its part below `end`; `at` is that moment.
  [[nodiscard]] std::vector<RecordedApp> apps(std::uint32_t end, Duration at) const;
  [[nodiscard]] std::uint64_t plans_in_force(std::uint32_t end) const;
  [[nodiscard]] std::uint64_t departures(std::uint32_t end) const;

 private:
  Status add(const RecordedPacket& packet, std::uint64_t offset);
  void add_to(std::string_view list, const RecordedPacket& packet, std::uint64_t offset);
  void add_told(const RecordedPacket& packet, std::uint64_t offset);
  void note_changes(const RecordedPacket& packet);
  void note_plan(std::uint64_t id);
  void note_runs(const RecordedPacket& packet);
  void finish(const RecordingReader& recording);

  RecordingHeader header_;
  Duration length_{0};
  std::string shortcomings_;
  MonotonicTime origin_{};
  double time_scale_ = 1;
  std::size_t timed_ = 0;  ///< results that `origin_` was found by
  std::uint64_t unread_ = 0;
  RecordedChanges changes_;
  std::vector<Entry> entries_;
  std::vector<std::string> names_;
  std::map<std::string, std::uint32_t, std::less<>> numbers_;  ///< of lists
  std::vector<Places> lists_;
  std::map<std::string, std::vector<RunPlace>> runs_;
  std::vector<PlanPlace> plans_;
  std::set<std::uint64_t> known_plans_;
  Places in_force_, departures_;
};

}  // namespace synergy::client
