#include "synergy/dispatcher/fed_frames.hpp"

#include <algorithm>
#include <utility>

#include "synergy/dispatcher/runs.hpp"

namespace synergy::dispatcher {

using schemas::AppPhase;
using schemas::FrameUse;

void FedFrames::on(const schemas::FramesOpen& frames, const Ports::Answer<schemas::Done>& answer) {
  if (!frames.again) {
    take_in(frames, {});
    return answer(schemas::Done{});
  }
  schemas::QueryFrames query{frames.device, {}};
  for (const auto& frame : frames.frames)
    if (!frame.apps.empty()) query.sequences.push_back(frame.sequence);
  ports_.query_frames(query, [this, frames, answer](const Result<schemas::FrameOutcomes>& found) {
    if (!found) return answer(found.error());
    take_in(frames, found->outcomes);
    answer(schemas::Done{});
  });
}

void FedFrames::take_in(const schemas::FramesOpen& frames,
                        const std::vector<schemas::FrameOutcome>& outcomes) {
  for (const auto& frame : frames.frames) {
    have_newest_.emplace(frames.device, frame.sensor);
    for (const auto& app : frame.apps) {
      const bool has_outcome = std::any_of(outcomes.begin(), outcomes.end(), [&](const auto& outcome) {
        return outcome.app == app && outcome.sequence == frame.sequence;
      });
      if (has_outcome)
        tell_ended(app, frames.device, frame.sequence);
      else
        take_in(app, {frames.device, frame.sensor, frame.id, frame.sequence});
    }
  }
  came_();
}

void FedFrames::take_in(const AppId& id, schemas::FrameRef frame) {
  if (const auto known = outcomes_.find({id, frame.device, frame.sequence}); known != outcomes_.end()) {
    if (known->second) tell_ended(id, frame.device, frame.sequence);
    return;
  }
  auto* app = apps_.find(id);
  if (app == nullptr) return tell_ended(id, frame.device, frame.sequence);  // nobody is left to tell
  if (!app->book) {
    tell_ended(id, frame.device, 0);
    app->frames.add({std::move(frame), ports_.model_now()});
    return settle();
  }
  app->frames.add({std::move(frame), ports_.model_now()});
  if (app->status.request.trigger == schemas::Trigger::kFrame) return;
  for (const auto& older : app->frames.take_older()) tell_ended(id, older.ref.device, older.ref.sequence);
}

void FedFrames::settle() {
  if (!store_.is_deciding()) {
    for (auto& [id, app] : apps_)
      if (!app.book) end_waiting(app, "stopped: the app ended before the frame's run began");
    return;
  }
  if (std::exchange(settles_later_, true)) return;
  ports_.at(ports_.now() + kSettleAgainAfter, [this] {
    settles_later_ = false;
    settle();
  });
}

void FedFrames::hear(const std::set<DeviceId>& absent) {
  std::erase_if(absent_since_, [&](const auto& entry) { return !absent.contains(entry.first); });
  for (const auto& device : absent) absent_since_.emplace(device, ports_.now());
}

bool FedFrames::may_begin(const App& app, const schemas::PipelinePlan& pipeline) const {
  const auto& source = pipeline.executions.front().source;
  switch (pipeline.frames) {
    case FrameUse::kOwn:
      return true;
    case FrameUse::kNewest:
      return have_newest_.contains({source, pipeline.sensing});
    case FrameUse::kOnce:
    case FrameUse::kEvery:
      break;
  }
  return app.frames.next() != nullptr && app.frames.next()->ref.device == source;
}

void FedFrames::takes(App& app, const schemas::PipelinePlan& pipeline) {
  const auto& source = pipeline.executions.front().source;
  for (const auto& frame : app.frames.take_others(has_own_frames(pipeline.frames) ? source : DeviceId()))
    end_one(app, frame.ref,
            "device_left: the app takes its frames from '" + source.text() + "' now, this one was fed to '" +
                frame.ref.device.text() + "'");
}

void FedFrames::takes_no_more(const AppId& app, const schemas::PipelinePlan& pipeline) const {
  if (has_own_frames(pipeline.frames)) tell_ended(app, pipeline.executions.front().source, 0);
}

void FedFrames::end_waiting(App& app, const std::string& reason) {
  for (const auto& frame : app.frames.take_all()) end_one(app, frame.ref, reason);
}

void FedFrames::give_up_absent() {
  for (auto& [id, app] : apps_)
    for (const auto& [device, since] : absent_since_) {
      if (ports_.now() - since < kAwaitDevice) continue;
      for (const auto& frame : app.frames.take_of(device))
        end_one(app, frame.ref, "device_left: '" + device.text() + "' has been gone for a minute");
    }
}

MonotonicTime FedFrames::next_event() const {
  auto next = MonotonicTime::max();
  for (const auto& [id, app] : std::as_const(apps_))
    for (const auto& frame : app.frames.waiting())
      if (const auto found = absent_since_.find(frame.ref.device); found != absent_since_.end())
        next = std::min(next, found->second + kAwaitDevice);
  return next;
}

void FedFrames::end_one(App& app, const schemas::FrameRef& frame, const std::string& reason) {
  auto& status = app.status;
  // A run of its own that never began: (app, frame) has an outcome like any other.
  const auto run = app.book ? app.book->fail_next() : status.next_run++;
  if (!app.book) ++status.failed;
  auto record = failed_record(status.request.app, run, 0, status.plan_id, reason);
  record.frame = frame;
  ended(record);
  store_.keep(std::move(record));
}

void FedFrames::ended(const schemas::RunRecord& record) {
  const Key key{record.app, record.frame->device, record.frame->sequence};
  if (!outcomes_.emplace(key, false).second) return;
  remembered_.push_back(key);
  if (remembered_.size() <= kMostOutcomesRemembered) return;
  outcomes_.erase(remembered_.front());
  remembered_.pop_front();
}

void FedFrames::were_kept(const std::vector<schemas::RunRecord>& records) {
  for (const auto& record : records) {
    if (!record.frame) continue;
    outcomes_[{record.app, record.frame->device, record.frame->sequence}] = true;
    tell_ended(record.app, record.frame->device, record.frame->sequence);
  }
}

void FedFrames::tell_ended(const AppId& app, const DeviceId& device, std::uint64_t sequence) const {
  ports_.frame_ended(device, {app, sequence});
}

}  // namespace synergy::dispatcher
