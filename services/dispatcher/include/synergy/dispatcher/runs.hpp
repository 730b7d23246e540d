// Runs: granted as far as the plan's depth allows, turn by turn, and each ended once.
//
// A run is granted to its source's executor while the plan is served. It ends with the first result that
// comes for it, or as failed when it was repeated for too long. Every end goes to the store queue as one
// record. The runs of an app that was stopped go on ending (ending_runs.hpp); pipelines that start no run let
// their turns pass (turns.hpp).
//
// A run takes the place of one that ended, and may begin at the model time at which that one did, even if
// word of it came later: so the mesh keeps the plan's pace although messages take their time.
//
// Pure apart from its ports; one thread. Must outlive its timers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "synergy/dispatcher/apps.hpp"
#include "synergy/dispatcher/deployment.hpp"
#include "synergy/dispatcher/ending_runs.hpp"
#include "synergy/dispatcher/fed_frames.hpp"
#include "synergy/dispatcher/ports.hpp"
#include "synergy/dispatcher/store_queue.hpp"
#include "synergy/execution/turns.hpp"
#include "synergy/schemas/run.hpp"

namespace synergy::dispatcher {

class Runs {
 public:
  struct Events {
    /// A run did not come through: the plan is to be started again.
    std::function<void(const std::string& why)> disturbed;
    /// All runs that the app asked for have ended.
    std::function<void(const AppId&)> finished;
  };
  Runs(const Ports& ports, Apps& apps, const Deployment& deployment, StoreQueue& store, FedFrames& fed,
       Events events)
      : ports_(ports),
        apps_(apps),
        deployment_(deployment),
        store_(store),
        fed_(fed),
        events_(std::move(events)) {}

  /// Runs that an app had started when the dispatcher before this one ended, after the app was stopped.
  void resume(const AppId& app, const std::vector<std::uint64_t>& open);

  /// The plan in force is served from now on. No device tells results of earlier plans any more: those of the
  /// plan have forgotten the runs, and `others` are gone.
  void plan_is_served(const std::set<DeviceId>& others);
  /// Grants what may be granted now.
  void grant_due();
  /// No run is granted until release(): the plan is about to give way. Those under way end.
  void hold();
  void release();
  /// No run is granted any more: the process ends.
  void close();
  [[nodiscard]] bool is_closed() const { return flow_ == Flow::kClosed; }

  void on(const schemas::RunResult& result);
  void on(const schemas::RunFailed& failed);
  /// The attempts under way are over; the runs are repeated. `why` stands in the record of a run that is
  /// given up in the end.
  void are_lost(const std::string& why);
  /// The app was submitted again: its next run is due at once.
  void submitted(const AppId& app);
  /// The app is stopped: what it has under way ends without it.
  void leave_to_end(App& app);

  /// Granted, and somebody may still work on it.
  [[nodiscard]] std::size_t under_way() const;
  /// Runs of a stopped app have not ended yet.
  [[nodiscard]] bool are_ending(const AppId& app) const { return ending_.has(app); }
  /// Runs that were granted once more, since the start.
  [[nodiscard]] std::uint64_t retried() const { return retried_; }
  /// Results that came for runs that had ended, since the start.
  [[nodiscard]] std::uint64_t repeated() const { return repeated_; }
  /// Sets the timer for what may next be due.
  void arm_timer();

 private:
  enum class Flow { kOpen, kHeld, kClosed };
  /// One look at the clock. What a pass over the apps grants and what it sets the timer for rest on the same
  /// one: a run that comes due between two looks would be too early for the grant and too late for the timer,
  /// and never begin.
  struct Now {
    MonotonicTime host{};
    ModelTime model{};
  };
  struct Pace {
    ModelTime not_before{};  ///< of the next run
    ModelTime due{};         ///< of the next run, where the plan paces it; 0: at once
    Duration period{0};      ///< between runs that the plan paces; 0: it does not
    [[nodiscard]] bool is_early(ModelTime now) const { return period > Duration(0) && due > now; }
  };

  [[nodiscard]] const schemas::CollaborationPlan& plan() const { return *deployment_.plan(); }
  [[nodiscard]] App* running(const AppId& app);
  [[nodiscard]] const App* running(const AppId& app) const;
  [[nodiscard]] bool may_start() const { return flow_ == Flow::kOpen && !store_.is_full(); }
  [[nodiscard]] Now look() const { return {ports_.now(), ports_.model_now()}; }
  [[nodiscard]] bool is_due(const App& app, const Now& now) const;
  /// The app's next run, if it has one to start now: it has its frame from here on.
  [[nodiscard]] std::optional<RunBook::Start> start_next(App& app, const schemas::PipelinePlan& pipeline,
                                                         std::uint32_t most, const Now& now);
  /// The app has a run to start, now or when it is due or its frame comes.
  [[nodiscard]] bool comes_later(const App* app, const Now& now) const;
  void start_of(App& app, const schemas::PipelinePlan& pipeline, std::uint32_t most, const Now& now);
  /// Without overlap: the next run that is due, of the pipelines in turn, when none is under way. Turns
  /// before it that no run takes pass.
  void start_one(const Now& now);
  [[nodiscard]] Duration patience_with(const schemas::PipelinePlan& pipeline) const;
  void grant(const schemas::PipelinePlan& pipeline, const RunBook::Start& start);
  /// Tells the pipeline's devices.
  void skip(const schemas::PipelinePlan& pipeline, const execution::Turns::Skip& turns);
  /// With overlap: lets the turns of pipelines that start no run pass.
  void pass_over_turns(const Now& now);
  [[nodiscard]] MonotonicTime next_pass(const Now& now) const;
  void arm_timer(const Now& now);
  void check_times();
  void end(App& app, schemas::RunRecord record);
  void finish_if_done(App& app);
  void takes_no_more_frames(const AppId& app) const;
  void end_stopped(const EndingRuns::Key& key, schemas::RunRecord record,
                   const std::optional<schemas::FrameRef>& frame);

  const Ports& ports_;
  Apps& apps_;
  const Deployment& deployment_;
  StoreQueue& store_;
  FedFrames& fed_;
  Events events_;
  Flow flow_ = Flow::kOpen;
  std::map<AppId, Pace> paces_;
  execution::Turns turns_;
  std::size_t next_turn_ = 0;  ///< without overlap: whose run is next (execution::pipelines_in_turn)
  EndingRuns ending_;
  MonotonicTime timer_at_ = MonotonicTime::max();
  Duration lag_{0};  ///< of the host, lately
  std::uint64_t repeated_ = 0, retried_ = 0;
};

/// All runs that the app asked for have ended: its status says so, and its book is closed.
void set_finished(App& app);

[[nodiscard]] schemas::RunRecord failed_record(const AppId& app, std::uint64_t run, std::uint32_t attempts,
                                               std::uint64_t plan_id, const std::string& reason);

}  // namespace synergy::dispatcher
