// Asking an app about one frame: to which sensor the frame goes, and what came of it.
//
// Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/client/answer.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/frame.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::client {

/// The sensor whose frames an app takes.
struct FedSensor {
  DeviceId device;
  std::string sensor;
};

/// By the plan in force. Fails with kNotFound where no such app is known, with kUnavailable where no plan
/// serves it now, and with kConflict where it takes its sensor's own frames; the message says what to do.
[[nodiscard]] Result<FedSensor> sensor_of(const AppId& app,
                                          const std::optional<schemas::CollaborationPlan>& plan,
                                          const std::optional<schemas::AppSet>& apps);

/// Right after an app was submitted its plan may not have come to the sensor's executor: a frame that is fed
/// then is owed to nobody, and is fed again, under another id, after each of these pauses.
inline constexpr Duration kFeedAgainAfter = std::chrono::milliseconds(100);
inline constexpr int kFeedAgainTimes = 50;

/// Sends one frame to the device; waits so long.
using FeedOnce = std::function<Result<schemas::FrameFed>(const schemas::FrameFeed&)>;
using Pause = std::function<void(Duration)>;

/// Feeds a frame of which the app will have an outcome. `use`: what the app's plan says; an app that takes
/// the newest frame again and again owes none. `frame.id` becomes `prefix` and digits (new_frame_id). Fails
/// as `feed` does, and with kConflict where the app takes no such frame.
[[nodiscard]] Result<schemas::FrameFed> feed_for(const AppId& app, schemas::FrameUse use,
                                                 schemas::FrameFeed& frame, const std::string& prefix,
                                                 const FeedOnce& feed, const Pause& pause);

/// What an app made of a frame.
struct Asked {
  AppId app;
  schemas::FrameRef frame;
  std::uint64_t run = 0, plan_id = 0;
  Answer answer;
  std::optional<std::int32_t> label;  ///< of `answer`
  std::string label_name;
  double latency_us = 0;
  double energy_uj = 0;
  std::vector<DeviceId> devices;
  std::optional<double> begin_s{};  ///< of a window of a longer sound: where in it

  static void fields(auto& f) {
    using A = Asked;
    f.required("app", &A::app, "the app");
    f.required("frame", &A::frame, "the frame");
    f.required("run", &A::run, "number of its run");
    f.required("plan_id", &A::plan_id, "by which plan");
    f.required("label", &A::label, "number of the class; null for maps and raw values");
    f.required("label_name", &A::label_name, "its name, where the model gives names");
    f.required("answer", &A::answer, "all that the model said");
    f.required("latency_us", &A::latency_us, "model time from sensing to interaction");
    f.required("energy_uj", &A::energy_uj, "of its tasks");
    f.required("devices", &A::devices, "crossed, in order");
    f.optional("begin_s", &A::begin_s,
               "of a window of a longer sound: where in it; null: the frame is all there was");
  }
};

/// `pipeline`: the app's, or nullptr where it is not known.
[[nodiscard]] Asked asked_of(const schemas::RunResult& result, const schemas::PipelinePlan* pipeline);
/// The same of a run that is kept: of an answer that is no class, the store has none of it.
[[nodiscard]] Asked asked_of(const schemas::RunRecord& run, const schemas::PipelinePlan* pipeline);
/// `digits: 3 (three), value 93; glasses > watch, 12.40 ms, 640.2 uJ`; of a window of sound with its place,
/// `0.512 s: ` before it.
[[nodiscard]] std::string to_text(const Asked& asked);

}  // namespace synergy::client

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::client::Asked>();
