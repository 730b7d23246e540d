// Plays a recording to the board and to the viewers, in place of a mesh: play, pause, speed, seek.
//
// What a reader gets wrong: nothing is replayed on a seek. The state of the mesh at a moment is the newest
// message of each state before it, which the index finds at once, forwards and backwards alike.
//
// One thread plays (step()); any may ask and command. Two locks: `turn_` is held by who changes what is
// shown, until the viewers are told, so that they hear of everything in order; `mutex_`, for short, by who
// reads or writes it. The hub asks for a snapshot under a lock of its own, and so takes `mutex_` inside it:
// nobody calls the hub with `mutex_` held.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <string>

#include "synergy/gateway/board.hpp"
#include "synergy/gateway/playback.hpp"
#include "synergy/gateway/result_pace.hpp"
#include "synergy/gateway/stream_hub.hpp"
#include "synergy/gateway/task_deltas.hpp"
#include "synergy/gateway_recorded/play_clock.hpp"
#include "synergy/gateway_recorded/recording_file.hpp"

namespace synergy::gateway_recorded {

/// From one step to the next while it plays; of a state, and of where it is, at most so often.
inline constexpr Duration kStep = std::chrono::milliseconds(50),
                          kBetweenStates = std::chrono::milliseconds(250),
                          kBetweenTold = std::chrono::milliseconds(500);
/// The broker hands its states to a recorder as soon as that joins: what came in this time is what was there
/// in the beginning.
inline constexpr Duration kBeginning = std::chrono::milliseconds(500);

class Player final : public gateway::Playback {
 public:
  /// Shows the beginning, and stands still. Borrows all of it; `clock` is the host's.
  Player(RecordingFile& file, gateway::Board& board, gateway::StreamHub& hub, const Clock& clock);

  std::string snapshot() override;
  std::string told() override;
  Status play(const gateway::PlayCommand& command) override;

  /// Shows what became due since the last one.
  void step();

  /// Entries of the index that lie before the moment shown; those of the beginning always do.
  [[nodiscard]] std::uint32_t end() const;
  /// The host's monotonic time of then.
  [[nodiscard]] MonotonicTime monotonic() const { return file_.index().origin() + at(); }
  [[nodiscard]] Duration at() const;

 private:
  using Entry = client::RecordingIndex::Entry;
  struct Waiting {
    const Entry* newest = nullptr;
    MonotonicTime shown{};
  };

  // With `turn_` held.
  void rebuild(const gateway::PlayCommand& command);
  void take(const Entry& entry, MonotonicTime now);
  void take_result(const Entry& entry, MonotonicTime now);
  void take_failure(const Entry& entry);
  void take_tasks(const Entry& entry);
  void show_states(MonotonicTime now, bool all);
  void show_last_answers();
  void tell_where(MonotonicTime now, bool at_once);
  /// For good: the file can not be read any more.
  void stop_for(const std::string& trouble);

  // With `mutex_` held.
  void apply(const gateway::PlayCommand& command, MonotonicTime now);
  void set(gateway::StateKind kind, const Entry& entry);
  void hear(const Entry& entry);
  [[nodiscard]] std::string told_at(MonotonicTime now) const;

  RecordingFile& file_;
  gateway::Board& board_;
  gateway::StreamHub& hub_;
  const Clock& clock_;

  std::mutex turn_;  ///< of what follows, too
  std::uint32_t next_ = 0;
  std::array<Waiting, gateway::kStateKinds> waiting_;
  std::map<std::uint32_t, const Entry*> heard_;  ///< newest heartbeats, by list
  gateway::ResultPace results_;
  gateway::TaskDeltas tasks_;
  MonotonicTime told_when_{};
  bool played_ = false;

  mutable std::mutex mutex_;  ///< of what follows, and of what the board shows
  PlayClock play_;
  std::string trouble_;
};

}  // namespace synergy::gateway_recorded
