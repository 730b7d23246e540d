// The frames that executors hold for runs: each (app, frame) that is told comes to one outcome.
//
// An executor tells of a frame, and of the apps that take it. Where the app runs, the frame waits in the
// app's queue (frame_queue.hpp) for its run; where the app has ended meanwhile, the frame's outcome is a
// failure. When the store has the outcome, the executor is told, and forgets the frame.
//
// An executor that does not know what became of a frame tells of it again. Frames that may have been told
// before are looked up in the store; outcomes that are on their way there are remembered here.
//
// Pure apart from its ports; one thread. Must outlive its answers.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "synergy/dispatcher/apps.hpp"
#include "synergy/dispatcher/ports.hpp"
#include "synergy/dispatcher/store_queue.hpp"
#include "synergy/schemas/frame.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::dispatcher {

/// Frames whose device is gone for so long have that for an outcome.
inline constexpr Duration kAwaitDevice = std::chrono::seconds(60);
/// Frames of apps that have ended wait for a decision that is on its way; they are looked at so often.
inline constexpr Duration kSettleAgainAfter = std::chrono::milliseconds(50);
/// Outcomes that are remembered: far more than can be on their way to the store.
inline constexpr std::size_t kMostOutcomesRemembered = 65536;

class FedFrames {
 public:
  /// `came`: a frame waits that did not before.
  FedFrames(const Ports& ports, Apps& apps, StoreQueue& store, std::function<void()> came)
      : ports_(ports), apps_(apps), store_(store), came_(std::move(came)) {}

  /// Answers when the frames are known here, or looked up. Fails with the store's error, or with kUnavailable
  /// where the store did not answer: the executor tells them again.
  void on(const schemas::FramesOpen& frames, const Ports::Answer<schemas::Done>& answer);
  /// Devices that are not there now.
  void hear(const std::set<DeviceId>& absent);

  /// The next run of the pipeline has its frame, or needs none.
  [[nodiscard]] bool may_begin(const App& app, const schemas::PipelinePlan& pipeline) const;

  /// The app takes frames of this pipeline's source from now on: those that others hold for it are not taken
  /// any more.
  void takes(App& app, const schemas::PipelinePlan& pipeline);
  /// The app has ended: those who hold frames of this pipeline hold no new ones for it. Where word of it is
  /// lost, the app's next frame brings it once more.
  void takes_no_more(const AppId& app, const schemas::PipelinePlan& pipeline) const;
  /// All frames that wait for the app come to this end.
  void end_waiting(App& app, const std::string& reason);
  /// Frames that wait for devices that stay away.
  void give_up_absent();
  /// When give_up_absent() may next have something to do.
  [[nodiscard]] MonotonicTime next_event() const;

  /// A run of a frame has ended, and is given to the store.
  void ended(const schemas::RunRecord& record);
  /// The store has these.
  void were_kept(const std::vector<schemas::RunRecord>& records);

 private:
  using Key = std::tuple<AppId, DeviceId, std::uint64_t>;

  void take_in(const schemas::FramesOpen& frames, const std::vector<schemas::FrameOutcome>& outcomes);
  void take_in(const AppId& app, schemas::FrameRef frame);
  /// Frames of apps that have ended come to their end; not while a decision is on its way, which may be that
  /// the app runs again, with the runs from the number on that it had then.
  void settle();
  void end_one(App& app, const schemas::FrameRef& frame, const std::string& reason);
  void tell_ended(const AppId& app, const DeviceId& device, std::uint64_t sequence) const;

  const Ports& ports_;
  Apps& apps_;
  StoreQueue& store_;
  std::function<void()> came_;
  std::set<std::pair<DeviceId, std::string>> have_newest_;  ///< sensors that were fed at least once
  std::map<DeviceId, MonotonicTime> absent_since_;
  bool settles_later_ = false;
  std::map<Key, bool> outcomes_;  ///< whether the store has it
  std::deque<Key> remembered_;    ///< of outcomes_, the oldest first
};

}  // namespace synergy::dispatcher
