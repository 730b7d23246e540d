#include "synergy/virtual_mesh/day.hpp"

#include <cstdio>
#include <utility>

#include "body.hpp"
#include "planner.hpp"
#include "synergy/dispatcher/dispatcher.hpp"
#include "synergy/virtual_mesh/recorder.hpp"

namespace synergy::virtual_mesh {
namespace {

using namespace std::chrono_literals;

constexpr Duration kStoreTakes = 1ms;
constexpr Duration kHeartbeat = 1s;
/// How often a day tells how far it is.
constexpr int kParts = 200;
/// The wall clock at the beginning of every day.
constexpr UnixTime kUnixBegin{std::chrono::hours(24 * 365 * 50)};

schemas::BodyView without_time_scale(schemas::BodyView body) {
  body.time_scale = 1;
  return body;
}

std::string rate_text(double per_second) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", per_second);
  return text;
}

std::string answer_text(const schemas::AppSubmitted& done) {
  if (done.plan_id == 0) return done.warnings.empty() ? "waits" : done.warnings.front();
  return "plan " + std::to_string(done.plan_id) + ", " + rate_text(done.rate) + " runs/s";
}
std::string answer_text(const schemas::AppStopped&) { return "stopped"; }
std::string answer_text(const schemas::CollaborationPlan& plan) { return "plan " + std::to_string(plan.id); }

class Day {
 public:
  Day(const documents::DeployFolder& deploy, const schemas::BodyView& view, const DaySettings& settings)
      : recorder_(queue_, view.name),
        planner_(queue_, deploy, settings.planner, settings.planning,
                 [this](const std::string& what) { recorder_.broken(what); }),
        body_(queue_, deploy, without_time_scale(view), ears()),
        dispatcher_(ports()) {}

  Result<DayReport> run(const DayScript& script, const DaySettings& settings) {
    if (auto status = body_.read_frames(); !status) return status.error();
    dispatcher_.resume({});
    body_.begin();
    beat();
    const auto begin = queue_.now();
    for (const auto& event : script.events) queue_.at(begin + event.at, [this, &event] { happen(event); });
    for (int part = 1; part <= kParts; ++part) {
      queue_.run_until(begin + script.until * part / kParts);
      if (settings.tell) settings.tell(double(part) / kParts);
    }
    return std::move(recorder_).report();
  }

 private:
  void happen(const ScriptedEvent& scripted);
  [[nodiscard]] schemas::AppRequest request_of(const ScriptedEvent& scripted) const;
  void beat();
  [[nodiscard]] Ears ears();
  [[nodiscard]] dispatcher::Ports ports();
  void add_store(dispatcher::Ports& ports);

  /// Takes the answer down.
  template <class T>
  [[nodiscard]] auto answer_to(std::size_t event) {
    return [this, event](const Result<T>& done) {
      recorder_.answered(event, done ? answer_text(*done) : done.error().message, done.has_value());
    };
  }
  void keep(const dispatcher::Ports::Answer<schemas::Done>& answer) {
    queue_.after(kStoreTakes, [answer] { answer(schemas::Done{"kept"}); });
  }

  EventQueue queue_;
  Recorder recorder_;
  Planner planner_;
  Body body_;
  std::uint64_t newest_plan_ = 0;
  dispatcher::Dispatcher dispatcher_;
};

void Day::happen(const ScriptedEvent& scripted) {
  const auto& event = scripted.event;
  const auto number = recorder_.happened(scripted.what);
  if (scripted.app)  // submit and rate
    return dispatcher_.on(schemas::AppSubmit{request_of(scripted)}, answer_to<schemas::AppSubmitted>(number));
  if (!event.stop.empty())
    return dispatcher_.on(schemas::AppStop{AppId(event.stop)}, answer_to<schemas::AppStopped>(number));
  if (!event.replan.empty())
    return dispatcher_.on(schemas::PlanAgain{event.replan}, answer_to<schemas::CollaborationPlan>(number));
  if (!event.leave.empty()) return body_.leave(DeviceId(event.leave));
  if (!event.join.empty()) return body_.join(DeviceId(event.join));
  schemas::BodyChange change;
  change.link = event.link;
  change.device = DeviceId(event.battery);
  change.battery_percent = event.percent;
  const auto changed = body_.change(change, scripted.link);
  recorder_.answered(number, changed ? "changed" : changed.error().message, changed.has_value());
}

/// A rate changes the request that the app runs by, which is not the last submitted one where that was
/// refused.
schemas::AppRequest Day::request_of(const ScriptedEvent& scripted) const {
  auto request = *scripted.app;
  const auto* status = recorder_.app(request.app);
  if (scripted.event.rate.empty() || status == nullptr || status->phase != schemas::AppPhase::kRunning)
    return request;
  const auto rate = request.rate;
  request = status->request;
  request.rate = rate;
  return request;
}

/// The planner's heartbeat.
void Day::beat() {
  schemas::Health health;
  health.process = "planner";
  health.state = schemas::LifeCycle::kReady;
  dispatcher_.on(health);
  queue_.after(kHeartbeat, [this] { beat(); });
}

Ears Day::ears() {
  Ears ears;
  ears.result = [this](const schemas::RunResult& result) { dispatcher_.on(result); };
  ears.failed = [this](const schemas::RunFailed& failed) { dispatcher_.on(failed); };
  ears.health = [this](const schemas::Health& health) { dispatcher_.on(health); };
  ears.frames = [this](const schemas::FramesOpen& frames, const std::function<void(bool)>& done) {
    dispatcher_.on(frames, [this, done](const Result<schemas::Done>& answer) {
      queue_.soon([done, told = bool(answer)] { done(told); });
    });
  };
  ears.body = [this](const schemas::BodyView& body) {
    planner_.on(body);
    dispatcher_.on(body);
  };
  return ears;
}

dispatcher::Ports Day::ports() {
  dispatcher::Ports ports;
  ports.now = [this] { return queue_.now(); };
  ports.model_now = [this] { return queue_.model_now(); };
  ports.unix_now = [this] { return kUnixBegin + queue_.elapsed(); };
  ports.to_host = [](Duration model) { return model; };
  ports.at = [this](MonotonicTime time, std::function<void()> then) { queue_.at(time, std::move(then)); };
  ports.make_plan = [this](const schemas::PlanMake& request, auto answer) {
    planner_.make(request, std::move(answer));
  };
  ports.deploy = [this](const DeviceId& device, const schemas::Deploy& deploy, auto done) {
    body_.deploy(device, deploy, std::move(done));
  };
  ports.grant = [this](const DeviceId& device, const schemas::RunGrant& grant) {
    recorder_.granted(grant);
    body_.send(device, grant);
  };
  ports.skip = [this](const DeviceId& device, const schemas::RunSkip& skip) { body_.send(device, skip); };
  ports.frame_ended = [this](const DeviceId& device, const schemas::FrameEnded& ended) {
    body_.send(device, ended);
  };
  ports.publish_apps = [this](const schemas::AppSet& apps) { recorder_.are(apps); };
  ports.publish_plan = [this](const schemas::CollaborationPlan& plan) {
    recorder_.in_force(plan);
    planner_.on(plan);
  };
  ports.log = [this](dispatcher::Event event, LogFields fields, const std::string&) {
    recorder_.logged(event, fields);
  };
  add_store(ports);
  return ports;
}

void Day::add_store(dispatcher::Ports& ports) {
  ports.keep_decision = [this](const schemas::StoreDecision& decision, auto answer) {
    recorder_.decided(decision);
    if (decision.plan) newest_plan_ = decision.plan->id;
    keep(answer);
  };
  ports.keep_runs = [this](const schemas::StoreRuns& runs, auto answer) {
    for (const auto& run : runs.runs) recorder_.ended(run);
    keep(answer);
  };
  ports.keep_switch = [this](const schemas::StoreSwitch&, auto answer) { keep(answer); };
  ports.query_frames = [this](const schemas::QueryFrames&, auto answer) {
    // The dispatcher does not end on a scripted day, and remembers every outcome itself.
    queue_.after(kStoreTakes, [answer] { answer(schemas::FrameOutcomes{}); });
  };
  ports.newest_plan = [this](const dispatcher::Ports::Answer<std::uint64_t>& answer) {
    queue_.after(kStoreTakes, [this, answer] { answer(newest_plan_); });
  };
}

}  // namespace

Result<DayReport> run_day(const documents::DeployFolder& deploy, const schemas::BodyView& body,
                          const DayScript& script, const DaySettings& settings) {
  Day day(deploy, body, settings);
  return day.run(script, settings);
}

}  // namespace synergy::virtual_mesh
