// What a day came to: every decision, every plan, and what each app got.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::virtual_mesh {

/// An entry of the script, and what the mesh answered.
struct DayEventLine {
  double at_s = 0;
  std::string what;
  std::optional<double> answered_s;  ///< not: nobody answers that, or the day ended before
  std::string answer;
  std::optional<bool> accepted;
  static void fields(auto& f) {
    using L = DayEventLine;
    f.required("at_s", &L::at_s, "seconds from the beginning of the day");
    f.required("what", &L::what, "what happened");
    f.required("answered_s", &L::answered_s, "when the mesh answered; null: it did not");
    f.required("answer", &L::answer, "what it answered");
    f.required("accepted", &L::accepted, "whether it did what was asked; null: it did not answer");
  }
};

struct DecisionLine {
  double at_s = 0;
  std::string cause;
  std::uint64_t plan = 0;  ///< 0: no new one
  std::string reason;
  static void fields(auto& f) {
    using L = DecisionLine;
    f.required("at_s", &L::at_s, "when it was decided");
    f.required("cause", &L::cause, "what happened");
    f.required("plan", &L::plan, "the new plan; 0: none");
    f.required("reason", &L::reason, "why this plan, or why none");
  }
};

/// A line of the dispatcher's log.
struct LogLine {
  double at_s = 0;
  std::string event, what;
  bool warning = false;
  static void fields(auto& f) {
    using L = LogLine;
    f.required("at_s", &L::at_s, "when");
    f.required("event", &L::event, "its name");
    f.required("what", &L::what, "more on it");
    f.required("warning", &L::warning, "somebody gets less than was promised");
  }
};

struct PlanLine {
  double decided_s = 0;
  std::optional<double> served_s;
  schemas::CollaborationPlan plan;
  static void fields(auto& f) {
    using L = PlanLine;
    f.required("decided_s", &L::decided_s, "when it was kept");
    f.required("served_s", &L::served_s, "when every device had taken it in; null: never");
    f.required("plan", &L::plan, "the plan");
  }
};

/// What an app got of one plan.
struct AppPlanLine {
  std::uint64_t plan = 0;
  std::uint64_t completed = 0, failed = 0;
  std::optional<double> runs_per_second, predicted_runs_per_second;
  static void fields(auto& f) {
    using L = AppPlanLine;
    f.required("plan", &L::plan, "the plan; 0: none was in force");
    f.required("completed", &L::completed, "runs with a result");
    f.required("failed", &L::failed, "runs reported failed");
    f.required("runs_per_second", &L::runs_per_second,
               "from the first result to the last; null: fewer than two");
    f.required(
        "predicted_runs_per_second", &L::predicted_runs_per_second,
        "rounds per second of the plan, or less where the app asks for less; null: it does not serve it");
  }
};

struct AppLine {
  AppId app;
  std::string state;
  std::string reason;
  std::uint64_t granted = 0, completed = 0, failed = 0, under_way = 0;
  std::map<std::string, std::uint64_t> failures;
  std::vector<AppPlanLine> plans;
  static void fields(auto& f) {
    using L = AppLine;
    f.required("app", &L::app, "the app");
    f.required("state", &L::state, "at the end of the day");
    f.required("reason", &L::reason, "why it does not run");
    f.required("granted", &L::granted, "runs that were started");
    f.required("completed", &L::completed, "of these, with a result");
    f.required("failed", &L::failed, "of these, reported failed");
    f.required("under_way", &L::under_way, "of these, not ended when the day did");
    f.required("failures", &L::failures, "runs failed, by reason");
    f.required("plans", &L::plans, "by plan");
  }
};

struct DayReport {
  std::string body;
  double until_s = 0;
  std::vector<DayEventLine> events;
  std::vector<DecisionLine> decisions;
  std::vector<LogLine> log;
  std::vector<PlanLine> plans;
  std::vector<AppLine> apps;
  std::vector<std::string> broken;
  static void fields(auto& f) {
    using R = DayReport;
    f.required("body", &R::body, "the body");
    f.required("until_s", &R::until_s, "how long the day was");
    f.required("events", &R::events, "what happened, and what the mesh answered");
    f.required("decisions", &R::decisions, "what was decided, in order");
    f.required("log", &R::log, "of the dispatcher");
    f.required("plans", &R::plans, "plans that were in force");
    f.required("apps", &R::apps, "what each app got");
    f.required("broken", &R::broken, "promises that were broken: bugs of the mesh");
  }
};

}  // namespace synergy::virtual_mesh

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::virtual_mesh::DayReport>();
