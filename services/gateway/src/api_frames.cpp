// Frames from the page and from programs: feeding a sensor, and asking an app about one.
#include <cstdlib>
#include <thread>

#include "synergy/base/text.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/client/frame_files.hpp"
#include "synergy/client/sound_cut.hpp"
#include "synergy/client/table.hpp"
#include "synergy/gateway/api.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::gateway {
namespace {

struct Fed {
  std::vector<schemas::FrameFed> fed;
  static void fields(auto& f) { f.required("fed", &Fed::fed, "each frame of the body, in order"); }
};

/// What a request's body holds.
Result<client::FileFrames> content_of(const Request& request) {
  const auto layout = request.parameter("layout").value_or("chw");
  if (layout != "chw" && layout != "hwc")
    return Error{ErrorCode::kInvalid, "'layout' is chw or hwc, not '" + visible(layout) + "'"};
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(request.body.data());
  return client::frames_in({bytes, request.body.size()}, "the body",
                           layout == "hwc" ? schemas::Layout::kHwc : schemas::Layout::kChw);
}

/// A parameter in seconds; nothing: it is not given.
Result<std::optional<double>> seconds_in(const Request& request, const char* name, double least,
                                         double most) {
  const auto text = request.parameter(name);
  if (!text) return std::optional<double>();
  char* end = nullptr;
  const double value = std::strtod(text->c_str(), &end);
  if (!text->empty() && *end == 0 && value >= least && value <= most) return std::optional<double>(value);
  return Error{ErrorCode::kInvalid, "'" + std::string(name) + "' is a number of seconds from " +
                                        client::fixed(least, 3) + " to " + client::fixed(most, 0) +
                                        ", not '" + visible(*text) + "'"};
}

/// How the request wants a sound cut, for models of that window.
Result<client::SoundCut> cut_in(const Request& request, std::optional<client::SoundWindow> model) {
  const auto window = seconds_in(request, "window", 1e-3, 100);
  const auto hop = seconds_in(request, "hop", schemas::kMinHop, schemas::kMaxHop);
  if (!window || !hop) return window ? hop.error() : window.error();
  return client::SoundCut{model, *window, *hop};
}

}  // namespace

Result<std::vector<schemas::FrameFeed>> Api::frames_to_feed(const Request& request, const DeviceId& device,
                                                            const std::string& sensor) {
  auto content = content_of(request);
  if (!content) return content.error();
  if (!content->sound) return std::move(content->frames);
  const auto plan = board_.plan();
  const auto window = client::window_of(plan ? std::optional(*plan) : std::nullopt, device, sensor);
  if (!window && !request.parameter("window")) return window.error();
  const auto how = cut_in(request, window ? *window : std::nullopt);
  if (!how) return how.error();
  auto sound = client::cut(*content->sound, content->name, *how);
  if (!sound) return sound.error();
  return std::move(sound->frames);
}

Result<schemas::FrameFeed> Api::frame_to_ask(const Request& request, const AppId& app,
                                             std::optional<double>& begin_s) {
  auto content = content_of(request);
  if (!content) return content.error();
  auto& frames = content->frames;
  if (!content->sound) {
    if (frames.size() == 1) return std::move(frames.front());
    return Error{ErrorCode::kInvalid,
                 "the body has " + std::to_string(frames.size()) + " frames; an app is asked about one"};
  }
  const auto plan = board_.plan();
  const auto* pipeline = plan ? plan->find(app) : nullptr;
  const auto window = pipeline == nullptr ? std::nullopt : client::window_of(*pipeline);
  if (!window)
    return Error{ErrorCode::kInvalid,
                 "the body is a sound, and the model of app '" + app.text() + "' takes none"};
  const auto how = cut_in(request, window);
  if (!how) return how.error();
  auto sound = client::cut(*content->sound, content->name, *how);
  if (!sound) return sound.error();
  if (sound->frames.size() == 1) return std::move(sound->frames.front());
  if (request.parameter("loudest").value_or("") != "true")
    return Error{
        ErrorCode::kInvalid,
        "the body is a sound of " + std::to_string(sound->frames.size()) +
            " windows; an app is asked about one: cut it, or say loudest=true for its loudest window"};
  const auto loudest = client::loudest_of(*sound);
  begin_s = double(loudest) * sound->hop_s;
  return std::move(sound->frames[loudest]);
}

Answer Api::feed(const Request& request) {
  const DeviceId device(request.parameter("device").value_or(""));
  const auto sensor = request.parameter("sensor").value_or("");
  if (device.empty() || sensor.empty())
    return answer_of(
        {ErrorCode::kInvalid,
         "say which sensor: /api/feed?device=NAME&sensor=CAPABILITY&id=ID, with a PNG or JPEG picture, "
         "a WAV, FLAC or OGG sound, or an .npy array as the body"});
  if (auto status = check_device(device); !status) return answer_of(status.error());
  if (board_.body()->is_absent(device))
    return answer_of({ErrorCode::kUnavailable, "device '" + visible(device.text()) +
                                                   "' is not there now; feed again when it is back"});
  auto frames = frames_to_feed(request, device, sensor);
  if (!frames) return answer_of(frames.error());
  const auto id = request.parameter("id").value_or(client::new_frame_id("web"));
  Fed fed;
  for (auto& frame : *frames) {
    frame.sensor = sensor;
    frame.id = frames->size() == 1 ? id : id + "-" + std::to_string(fed.fed.size());
    if (frame.id.empty() || frame.id.size() > schemas::kMaxFrameIdBytes)
      return answer_of({ErrorCode::kInvalid,
                        "'id' is a text of 1 to " + std::to_string(schemas::kMaxFrameIdBytes) + " bytes"});
    auto answer = mesh_.ask(device, frame);
    if (!answer)
      return answer_of(fed.fed.empty()
                           ? answer.error()
                           : answer.error().at(std::to_string(fed.fed.size()) + " frames are fed, then"));
    fed.fed.push_back(*std::move(answer));
  }
  Answer told;
  told.body = schemas::to_json(fed);
  return told;
}

Answer Api::ask(const Request& request) {
  const AppId app(request.parameter("app").value_or(""));
  if (app.empty())
    return answer_of(
        {ErrorCode::kInvalid, "say which app: /api/ask?app=NAME, with a picture or a sound as the body"});
  const auto served = wait_until_served(app);
  if (!served) return answer_of(served.error());
  const auto& plan = served->plan;
  const auto& sensor = served->sensor;
  std::optional<double> begin_s;
  auto frame = frame_to_ask(request, app, begin_s);
  if (!frame) return answer_of(frame.error());
  frame->sensor = sensor.sensor;
  const auto fed = client::feed_for(
      app, plan.find(app)->frames, *frame, "web",
      [&](const schemas::FrameFeed& sent) { return mesh_.ask(sensor.device, sent); },
      [](Duration time) { std::this_thread::sleep_for(time); });
  if (!fed) return answer_of(fed.error());
  auto asked = wait_for_outcome(app, fed->frame);
  if (!asked) return answer_of(asked.error());
  asked->begin_s = begin_s;
  Answer told;
  told.body = schemas::to_json(*asked);
  return told;
}

Result<Api::Served> Api::wait_until_served(const AppId& app) {
  for (int looks = 1;; ++looks) {
    const auto plan = board_.plan();
    const auto apps = board_.apps();
    auto sensor = client::sensor_of(app, plan ? std::optional(*plan) : std::nullopt,
                                    apps ? std::optional(*apps) : std::nullopt);
    if (sensor) return Served{*plan, *std::move(sensor)};
    const bool may_come =
        sensor.error().code == ErrorCode::kUnavailable || sensor.error().code == ErrorCode::kNotFound;
    if (!may_come || looks == kLooksUntilServed) return sensor.error();
    std::this_thread::sleep_for(kLookForOutcome);
  }
}

Result<client::Asked> Api::wait_for_outcome(const AppId& app, const schemas::FrameRef& frame) {
  const auto until = clock_.monotonic() + kAskTime;
  while (clock_.monotonic() < until) {
    const auto found = mesh_.ask(schemas::QueryFrames{frame.device, {frame.sequence}});
    if (!found && found.error().code != ErrorCode::kTimeout) return found.error();
    for (const auto& outcome : found ? found->outcomes : std::vector<schemas::FrameOutcome>()) {
      if (outcome.app != app) continue;
      const auto runs = mesh_.ask(schemas::QueryRuns{app, outcome.run, 1});
      if (!runs) return runs.error();
      if (runs->runs.empty()) break;
      const auto& run = runs->runs.front();
      if (run.outcome == schemas::RunOutcome::kFailed)
        return Error{ErrorCode::kUnavailable, "no answer: " + run.reason};
      const auto plan = board_.plan();
      return client::asked_of(run, plan ? plan->find(app) : nullptr);
    }
    std::this_thread::sleep_for(kLookForOutcome);
  }
  return Error{ErrorCode::kTimeout, "no answer in 30 s; the frame waits for its run all the same"};
}

}  // namespace synergy::gateway
