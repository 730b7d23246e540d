// Frames that are fed: from whoever has them into the spool, and from there into runs.
#include <algorithm>

#include "synergy/executor/executor.hpp"
#include "synergy/frames/convert.hpp"
#include "synergy/frames/sound.hpp"

namespace synergy::executor {

using schemas::FrameUse;

namespace {

/// What the model takes, as a sensor gives it: unsigned bytes, channels x rows x columns. Fails with kInvalid
/// where the frame does not become that.
Result<schemas::Bytes> as_input(const SpooledFrame& frame, const schemas::PipelinePlan& pipeline) {
  if (frame.sound_rate != 0) {
    frames::Samples samples;
    samples.reserve(frame.data.size() / 2);
    for (std::size_t at = 0; at + 1 < frame.data.size(); at += 2)
      samples.push_back(std::int16_t(frame.data[at] | frame.data[at + 1] << 8));
    return frames::to_input({frame.sound_rate, samples}, pipeline.input, pipeline.kinds());
  }
  auto values = frame.data;
  if (frame.dtype == schemas::ElementType::kInt8)
    for (auto& value : values) value ^= 0x80;
  return frames::to_input({frame.shape, frame.layout, values}, pipeline.input, pipeline.picture);
}

bool takes_each_once(const schemas::PipelinePlan& pipeline) {
  return pipeline.frames == FrameUse::kOnce || pipeline.frames == FrameUse::kEvery;
}

}  // namespace

Status Executor::check_feed(const schemas::FrameFeed& feed) const {
  const auto where = "device '" + device_.text() + "'";
  const auto sensor = sensors_.find(feed.sensor);
  if (sensor == sensors_.end())
    return Error{ErrorCode::kNotFound, where + " has no sensor '" + feed.sensor + "'"};
  if (!sensor->second.is_fed() || spool_ == nullptr)
    return Error{ErrorCode::kNotFound, where + ": sensor '" + feed.sensor +
                                           "' takes no frames from outside; list 'feed: true' among its "
                                           "'sources' in the body's file"};
  if (runs_.plan() == nullptr) return {};  // which apps take it, the spool knows from before
  for (const auto& pipeline : runs_.plan()->pipelines) {
    if (pipeline.frames == FrameUse::kOwn || pipeline.sensing != feed.sensor) continue;
    if (pipeline.executions.front().source != device_) continue;
    const SpooledFrame frame{feed.sensor, feed.id,         0,        feed.dtype, feed.shape,
                             feed.layout, feed.sound_rate, feed.data};
    if (auto input = as_input(frame, pipeline); !input)
      return input.error().at("app '" + pipeline.app.text() + "'");
  }
  return {};
}

Result<schemas::FrameFed> Executor::on(const schemas::FrameFeed& feed) {
  const auto fed = [&](const FrameSpool::Added& added) {
    return schemas::FrameFed{{device_, feed.sensor, feed.id, added.sequence}, owed(added.apps), added.again};
  };
  if (spool_ != nullptr) {
    const auto known = spool_->find(feed.sensor, feed.id);
    if (!known) return known.error();
    if (*known) return fed(**known);
  }
  if (auto status = check_feed(feed); !status) return status.error();
  const auto added = spool_->add(feed);
  if (!added) return added.error();
  reports_->tell_new();
  return fed(*added);
}

void Executor::on(const schemas::FrameEnded& ended) {
  // Where it can not be written, the frame stays open, and is told again.
  if (spool_ == nullptr) return;
  if (ended.sequence == 0)
    (void)spool_->drop_taker(ended.app);
  else
    (void)spool_->ended(ended.app, ended.sequence);
}

void Executor::tell_frames_again() {
  if (!reports_) return;
  if (!takers_are_kept_) set_takers();
  reports_->tell_again();
}

void Executor::set_takers() {
  if (spool_ != nullptr && runs_.plan() != nullptr)
    takers_are_kept_ = bool(spool_->set_takers(takers_of(*runs_.plan())));
}

/// Those of whom each frame has an outcome: an app that only wants the newest passes over the older ones.
std::vector<AppId> Executor::owed(std::vector<AppId> apps) const {
  const auto* plan = runs_.plan();
  std::erase_if(apps, [&](const AppId& app) {
    const auto* pipeline = plan == nullptr ? nullptr : plan->find(app);
    return pipeline != nullptr && pipeline->frames == FrameUse::kOnce;
  });
  return apps;
}

Takers Executor::takers_of(const schemas::CollaborationPlan& plan) const {
  Takers takers;
  for (const auto& pipeline : plan.pipelines)
    if (takes_each_once(pipeline) && pipeline.executions.front().source == device_)
      takers[pipeline.sensing].push_back(pipeline.app);
  return takers;
}

Status Executor::sense_fed(execution::DeviceTask& task) {
  const auto& pipeline = runs_.pipeline_of(task);
  auto& wanted = task.state.frame;
  auto frame = wanted ? spool_->read(wanted->sequence) : spool_->newest(pipeline.sensing);
  if (!frame) return frame.error();
  auto input = as_input(*frame, pipeline);
  if (!input) return input.error();
  wanted = schemas::FrameRef{device_, frame->sensor, frame->id, frame->sequence};
  task.data = *std::move(input);
  return {};
}

}  // namespace synergy::executor
