#include "synergy/client/asking.hpp"

#include <algorithm>

#include "synergy/base/text.hpp"
#include "synergy/client/frame_files.hpp"
#include "synergy/client/table.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::client {
namespace {

std::string quoted(const AppId& app) { return "app '" + app.text() + "'"; }

/// Why no plan serves the app.
Error not_served(const AppId& app, const std::optional<schemas::AppSet>& apps) {
  std::vector<std::string> names;
  if (apps)
    for (const auto& status : apps->apps) {
      names.push_back(status.request.app.text());
      if (status.request.app != app) continue;
      const auto reason = status.reason.empty() ? std::string(status.state()) : status.reason;
      return {ErrorCode::kUnavailable,
              quoted(app) + " is served by no plan now: " + reason + "; see 'synergy apps'"};
    }
  return {ErrorCode::kNotFound, unknown_name("app", app.text(), names)};
}

}  // namespace

Result<FedSensor> sensor_of(const AppId& app, const std::optional<schemas::CollaborationPlan>& plan,
                            const std::optional<schemas::AppSet>& apps) {
  const auto* pipeline = plan ? plan->find(app) : nullptr;
  const bool is_known = apps && std::any_of(apps->apps.begin(), apps->apps.end(), [&](const auto& status) {
                          return status.request.app == app && status.phase == schemas::AppPhase::kRunning &&
                                 status.plan_id != 0;
                        });
  if (pipeline == nullptr || !is_known) return not_served(app, apps);
  const auto& source = pipeline->executions.front().source;
  if (pipeline->frames == schemas::FrameUse::kOwn)
    return Error{ErrorCode::kConflict,
                 quoted(app) + " takes the frames that sensor '" + pipeline->sensing + "' of '" +
                     source.text() +
                     "' has itself; an app that can be asked says 'trigger: frame', and its sensor lists "
                     "'feed: true' among its 'sources'"};
  return FedSensor{source, pipeline->sensing};
}

Result<schemas::FrameFed> feed_for(const AppId& app, schemas::FrameUse use, schemas::FrameFeed& frame,
                                   const std::string& prefix, const FeedOnce& feed, const Pause& pause) {
  const int times = use == schemas::FrameUse::kEvery ? kFeedAgainTimes : 0;
  for (int again = 0; again <= times; ++again) {
    if (again > 0) pause(kFeedAgainAfter);
    frame.id = new_frame_id(prefix);
    auto fed = feed(frame);
    if (!fed || std::find(fed->apps.begin(), fed->apps.end(), app) != fed->apps.end()) return fed;
  }
  return Error{ErrorCode::kConflict, "app '" + app.text() +
                                         "' takes whatever frame is the newest, again and again; one that "
                                         "can be asked says 'trigger: frame'"};
}

Asked asked_of(const schemas::RunResult& result, const schemas::PipelinePlan* pipeline) {
  Asked asked;
  asked.app = result.run.key.app;
  asked.frame = result.run.frame.value_or(schemas::FrameRef());
  asked.run = result.run.key.run;
  asked.plan_id = result.run.plan_id;
  asked.answer = answer_of(pipeline, result);
  asked.label = asked.answer.label;
  asked.label_name = asked.answer.label_name;
  asked.latency_us = microseconds(result.latency());
  asked.energy_uj = result.run.energy_uj;
  asked.devices = result.run.devices;
  return asked;
}

Asked asked_of(const schemas::RunRecord& run, const schemas::PipelinePlan* pipeline) {
  schemas::RunResult result;
  result.run.key = {run.app, run.run, std::max(1u, run.attempts)};
  result.run.plan_id = run.plan_id;
  result.run.began = run.began;
  result.run.energy_uj = run.energy_uj;
  result.run.devices = run.devices;
  result.run.frame = run.frame;
  result.ended = run.ended;
  result.label = run.label;
  result.score = run.score;
  if (pipeline != nullptr && run.label >= 0 && std::size_t(run.label) < pipeline->labels.size())
    result.label_name = pipeline->labels[std::size_t(run.label)];
  return asked_of(result, pipeline);
}

std::string to_text(const Asked& asked) {
  std::string way;
  for (const auto& device : asked.devices) way += (way.empty() ? "" : " > ") + device.text();
  return (asked.begin_s ? fixed(*asked.begin_s, 3) + " s: " : "") + asked.app.text() + ": " +
         to_text(asked.answer) + "; " + way + ", " + fixed(asked.latency_us * 1e-3, 2) + " ms, " +
         fixed(asked.energy_uj, 1) + " uJ";
}

}  // namespace synergy::client

namespace synergy::schemas {
template const StructInfo& describe<client::Asked>();
}  // namespace synergy::schemas
