// Commands about plans: to make one, to take one into service, to plan again, and to ask what an app would
// have.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/schemas/plan.hpp"

namespace synergy::schemas {

/// To `cmd/planner`: a plan for all of these apps together on the body as it is now. Changes nothing. One is
/// answered at a time: a newer one ends the older, which fails with `conflict`.
struct PlanMake {
  std::uint64_t id = 0;  ///< the plan's number
  std::vector<AppRequest> apps;
  /// Of these apps, the first in the list first, as many are served as there is room for; the others are in
  /// the plan's `left_out`. Without, a plan serves all or there is none.
  bool leave_out = false;
  std::string policy;  ///< empty: the planner's default
  std::string cause;   ///< what made planning necessary
  Effort effort = Effort::kFull;
  std::optional<Objective> objective{};  ///< nothing: the planner's default
  std::optional<Residency> residency{};  ///< nothing: the planner's default
  /// Nothing is chosen: the plan is that of this placement, which must name just these apps. Nobody is left
  /// out.
  std::optional<Placement> pinned{};
  std::string origin{};  ///< request id of the command that asked for it; empty: nobody did
  static constexpr MessageName kMessage{"plan.make", 1, 1, "cmd/planner"};
  using Reply = CollaborationPlan;
  static void fields(auto& f) {
    using P = PlanMake;
    f.required("id", &P::id, "number the plan is to have");
    f.required("apps", &P::apps, "all apps to serve");
    f.optional("leave_out", &P::leave_out, "serve the first in the list that fit together");
    f.optional("policy", &P::policy, "empty: the planner's default");
    f.optional("cause", &P::cause, "what made it necessary");
    f.optional("effort", &P::effort, "quick or full; default full");
    f.optional("objective", &P::objective, "what to seek; null: the planner's default");
    f.optional("residency", &P::residency, "resident, reload or needed; null: the planner's default");
    f.optional("pinned", &P::pinned, "the placement to make the plan of; null: the planner chooses");
    f.optional("origin", &P::origin, "request id of the command that asked for it; empty: nobody did",
               text_of(0, kMaxRequestIdBytes));
  }
};

/// What a submission would lead to, without it.
struct AppForecast {
  AppId app;
  double rate = 0;                    ///< runs per second that the plan would give it
  std::vector<RateChange> changes{};  ///< of the other apps that run, those whose rate would be another
  std::vector<DevicePower> devices{}, devices_now{};  ///< with the app, and by the plan in force
  std::vector<std::string> warnings{};                ///< as in AppSubmitted
  static constexpr MessageName kMessage{"app.forecast"};
  static void fields(auto& f) {
    using S = AppForecast;
    f.required("app", &S::app, "the app");
    f.required("rate", &S::rate, "runs per second that the plan would give it",
               in_unit("runs per second", amount()));
    f.optional("changes", &S::changes, "other apps whose rate would be another");
    f.optional("devices", &S::devices, "what each device would draw, and for how many hours");
    f.optional("devices_now", &S::devices_now, "the same by the plan in force; empty: there is none");
    f.optional("warnings", &S::warnings, "on where its input would come from");
  }
};

/// To `cmd/dispatcher`: what would become of this app, and of the others, if it were submitted now. Changes
/// nothing and keeps nothing. An app that would be rejected is answered with the failure that a submission
/// would get. A message of its own, so that a dispatcher that does not know it refuses it.
struct AppTry {
  AppRequest request;
  static constexpr MessageName kMessage{"app.try", 1, 1, "cmd/dispatcher"};
  using Reply = AppForecast;
  static void fields(auto& f) { f.required("request", &AppTry::request, "the app"); }
};

struct Deployed {
  DeviceId device;
  std::uint64_t plan_id = 0;
  Duration weight_load{0};
  std::uint64_t instance = 0;  ///< of the executor; one that starts again, and has lost the plan, has another
  static constexpr MessageName kMessage{"deployed"};
  static void fields(auto& f) {
    using D = Deployed;
    f.required("device", &D::device, "the device");
    f.required("plan_id", &D::plan_id, "the plan");
    f.required("weight_load_ns", &D::weight_load, "emulated time spent loading weights");
    f.optional("instance", &D::instance, "the executor's, as in its heartbeats; 0: not told", kAnyNumber);
  }
};

enum class DeployStage {
  kLoadBeside,  ///< load what is missing beside what runs, where the plan begins with that; the plan in force
                ///< stays
  kServe,  ///< load what is missing, or where the plan begins otherwise all from empty; serve from turn 0 on
};
template <>
inline constexpr std::array<std::pair<DeployStage, std::string_view>, 2> kEnumNames<DeployStage>{{
    {DeployStage::kLoadBeside, "load_beside"},
    {DeployStage::kServe, "serve"},
}};

/// To `cmd/executor/DEVICE`: take this plan's chunks of the device in. `start` counts how often a plan was
/// started, by whatever reason: runs of an earlier start are forgotten. Once served, the same plan and start
/// again are answered at once.
struct Deploy {
  CollaborationPlan plan;
  std::uint64_t start = 0;
  DeployStage stage = DeployStage::kServe;
  std::string origin{};  ///< request id of the command that the plan was made for; empty: of none
  static constexpr MessageName kMessage{"deploy", 2, 2, "cmd/executor/DEVICE"};
  using Reply = Deployed;
  static void fields(auto& f) {
    f.required("plan", &Deploy::plan, "the whole plan");
    f.optional("start", &Deploy::start, "counts the plan's starts");
    f.optional("stage", &Deploy::stage, "load_beside or serve; default serve");
    f.optional("origin", &Deploy::origin,
               "request id of the command that the plan was made for; empty: of none",
               text_of(0, kMaxRequestIdBytes));
  }
};

/// To `cmd/dispatcher`: plan again, now. Answered when the plan is kept. What is asked for holds from now on.
struct PlanAgain {
  std::string policy;                    ///< empty: as before
  bool once = false;                     ///< what is asked for is for this plan only
  std::optional<Objective> objective{};  ///< nothing: as before
  std::optional<Residency> residency{};  ///< nothing: as before
  /// The placement that is served from now on, until apps or its devices change, or somebody asks again.
  std::optional<Placement> pin{};
  bool unpin = false;  ///< the planner chooses again; refused where nothing is pinned
  static constexpr MessageName kMessage{"plan.again", 1, 1, "cmd/dispatcher"};
  using Reply = CollaborationPlan;
  static void fields(auto& f) {
    using P = PlanAgain;
    f.optional("policy", &P::policy, "policy from now on; empty: as before");
    f.optional("once", &P::once, "policy, objective and residency are for this plan only");
    f.optional("objective", &P::objective, "objective from now on; null: as before");
    f.optional("residency", &P::residency, "residency from now on; null: as before");
    f.optional("pin", &P::pin, "the placement to serve from now on, of just the apps that run");
    f.optional("unpin", &P::unpin, "end what is pinned, and plan as usual");
  }
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<AppForecast>();
extern template const StructInfo& describe<AppTry>();
extern template const StructInfo& describe<PlanMake>();
extern template const StructInfo& describe<Deployed>();
extern template const StructInfo& describe<Deploy>();
extern template const StructInfo& describe<PlanAgain>();

}  // namespace synergy::schemas
