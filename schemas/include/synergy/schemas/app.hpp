// Apps: what a person or a program asks of the mesh, and what became of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/frame.hpp"

namespace synergy::schemas {

/// What a pipeline's end must offer: a capability, and a named device where the app insists.
struct Requirement {
  std::string needs;
  DeviceId on;

  static void fields(auto& f) {
    f.required("needs", &Requirement::needs, "the capability: camera, display ...",
               text_of(1, kMaxNameBytes));
    f.optional("on", &Requirement::on, "the device, where the app insists", kPlainNameOrNone);
  }
  bool operator==(const Requirement&) const = default;
};

/// A request for a pipeline: sensing -> model -> interaction.
struct AppRequest {
  AppId app;
  ModelId model;
  Requirement sensing, interaction;
  std::uint64_t runs = 0;
  std::uint32_t at_least_devices = 1;
  std::int32_t priority = 0;
  double rate = 0;      ///< runs per second that it starts at most; 0 = as many as come through
  double min_rate = 0;  ///< runs per second that a plan must reach; 0 = any
  double weight = 1;    ///< its share: of two apps that share what there is, runs in proportion to weights
  bool repeat = false;  ///< whether several runs may take the same frame of its sensor
  Trigger trigger = Trigger::kFree;
  double deadline_us = 0;  ///< longest unloaded latency of a run; 0 = any

  static void fields(auto& f) {
    using A = AppRequest;
    f.required("app", &A::app, "the app's name, unique in the mesh: letters, digits, - _ .", kPlainName);
    f.required("model", &A::model, "a model of deploy/models", kPlainName);
    f.required("sensing", &A::sensing, "where the input comes from");
    f.required("interaction", &A::interaction, "where the result goes");
    f.optional("runs", &A::runs, "how many runs this submission asks for; 0 = until stopped",
               from_to(0, kMaxRuns));
    f.optional("at_least_devices", &A::at_least_devices,
               "spread the model over at least so many accelerators");
    f.optional("priority", &A::priority, "higher goes first");
    f.optional("rate", &A::rate, "runs per second wanted, and started at most; 0 = as many as come through",
               in_unit("runs per second", kIsRate));
    f.optional("min_rate", &A::min_rate, "runs per second that a plan must reach; 0 = any",
               in_unit("runs per second", amount(kMaxRate)));
    f.optional("weight", &A::weight, "its share of what several apps can have; default 1",
               from_to(kMinWeight, kMaxWeight));
    f.optional("repeat", &A::repeat,
               "true: several runs may take the same frame; default false: no more runs per second than the "
               "sensor gives frames");
    f.optional("trigger", &A::trigger,
               "free (default): as often as the plan gives; frame: once for each frame, in order; planned at "
               "`rate`, else at the rate at which its sensor gives frames");
    f.optional("deadline_us", &A::deadline_us, "longest latency of a run in an empty mesh; 0 = any",
               amount());
  }
  bool operator==(const AppRequest&) const = default;
  /// Refuses a `rate` below `min_rate`, where both are given.
  [[nodiscard]] Status check() const;
};

enum class AppPhase { kRunning, kFinished, kStopped, kRejected };
template <>
inline constexpr std::array<std::pair<AppPhase, std::string_view>, 4> kEnumNames<AppPhase>{{
    {AppPhase::kRunning, "running"},
    {AppPhase::kFinished, "finished"},
    {AppPhase::kStopped, "stopped"},
    {AppPhase::kRejected, "rejected"},
}};

/// An app as the dispatcher sees it. Runs are numbered from 0 over the app's whole life: a second submission
/// of a finished app goes on counting, so (app, run) names one result for ever.
struct AppStatus {
  AppRequest request;
  AppPhase phase = AppPhase::kRunning;
  std::string reason;
  std::uint64_t plan_id = 0;
  std::uint64_t first_run = 0, next_run = 0;
  std::uint64_t completed = 0, failed = 0;
  /// Accepted, and served by no plan now; `reason` says why.
  [[nodiscard]] bool is_waiting() const { return phase == AppPhase::kRunning && plan_id == 0; }
  /// For people: the phase, or that it waits.
  [[nodiscard]] std::string_view state() const { return is_waiting() ? "waiting" : name_of(phase); }

  static void fields(auto& f) {
    using S = AppStatus;
    f.required("request", &S::request, "what was asked");
    f.required("phase", &S::phase, "running, finished, stopped or rejected");
    f.optional("reason", &S::reason, "why it is not running");
    f.optional("plan_id", &S::plan_id, "the collaboration plan that serves it");
    f.optional("first_run", &S::first_run, "first run of the present submission", kIsRunNumber);
    f.optional("next_run", &S::next_run, "the next run to start", kIsRunNumber);
    f.optional("completed", &S::completed, "runs of the present submission with a result", kIsRunNumber);
    f.optional("failed", &S::failed, "runs of the present submission reported failed", kIsRunNumber);
  }
  bool operator==(const AppStatus&) const = default;
  [[nodiscard]] Status check() const;
};

/// State topic `state/apps`.
struct AppSet {
  std::vector<AppStatus> apps;
  static constexpr MessageName kMessage{"apps", 1, 1, "state/apps"};
  static void fields(auto& f) { f.required("apps", &AppSet::apps, "every app known"); }
};

/// An app's rate by the plan before, and by the next. Runs per second.
struct RateChange {
  AppId app;
  double before = 0, after = 0;  ///< 0: the plan does not serve it
  static void fields(auto& f) {
    f.required("app", &RateChange::app, "the app", kPlainName);
    f.required("before", &RateChange::before, "by the plan before; 0: it did not serve it",
               in_unit("runs per second", amount()));
    f.required("after", &RateChange::after, "by the next plan; 0: it does not serve it",
               in_unit("runs per second", amount()));
  }
  bool operator==(const RateChange&) const = default;
};

struct AppSubmitted {
  AppId app;
  std::uint64_t plan_id = 0;
  std::uint64_t first_run = 0;
  double rate = 0;                      ///< runs per second that the plan gives it
  std::vector<std::string> warnings{};  ///< on where its input comes from (`warnings_on_input`)
  std::vector<RateChange> changes{};    ///< what it costs the others: those whose rate is another now
  static constexpr MessageName kMessage{"app.submitted"};
  static void fields(auto& f) {
    using S = AppSubmitted;
    f.required("app", &S::app, "the app");
    f.required("plan_id", &S::plan_id, "the plan that serves it");
    f.required("first_run", &S::first_run, "number of its first run");
    f.optional("rate", &S::rate, "runs per second that the plan gives it", in_unit("runs per second"));
    f.optional("warnings", &S::warnings, "on where its input comes from");
    f.optional("changes", &S::changes, "other apps whose rate is another now");
  }
};

/// To `cmd/dispatcher`. Answered when the app, and the plan that serves it, are stored. An app that can not
/// be served is stored as rejected and answered with a failure that gives the planner's reason.
struct AppSubmit {
  AppRequest request;
  static constexpr MessageName kMessage{"app.submit", 1, 1, "cmd/dispatcher"};
  using Reply = AppSubmitted;
  static void fields(auto& f) { f.required("request", &AppSubmit::request, "the app"); }
};

struct AppStopped {
  AppId app;
  static constexpr MessageName kMessage{"app.stopped"};
  static void fields(auto& f) { f.required("app", &AppStopped::app, "the app"); }
};

/// To `cmd/dispatcher`. No run is started; those under way have 3 s to end and be kept.
struct AppStop {
  AppId app;
  static constexpr MessageName kMessage{"app.stop", 1, 1, "cmd/dispatcher"};
  using Reply = AppStopped;
  static void fields(auto& f) { f.required("app", &AppStop::app, "the app"); }
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<Requirement>();
extern template const StructInfo& describe<AppRequest>();
extern template const StructInfo& describe<AppStatus>();
extern template const StructInfo& describe<AppSet>();
extern template const StructInfo& describe<RateChange>();
extern template const StructInfo& describe<AppSubmitted>();
extern template const StructInfo& describe<AppSubmit>();
extern template const StructInfo& describe<AppStopped>();
extern template const StructInfo& describe<AppStop>();

}  // namespace synergy::schemas
