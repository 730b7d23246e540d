// What `synergy apps` and `synergy submit` say of rates: what was asked, what the plan grants, what came, and
// what a newcomer costs the others.
//
// What a reader gets wrong: a rate is granted for as long as the plan is in force; what is measured is of the
// last seconds, and an app that was accepted just now has none yet.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/client/table.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/plan_commands.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::cli {

/// Runs per second of an app.
struct AppRates {
  AppId app;
  std::optional<double> rate, min_rate;  ///< asked for; nothing: any
  std::optional<double> granted;         ///< by the plan in force; nothing: it does not serve the app
  std::optional<double> measured;        ///< of the monitor's window; nothing: not told
  static void fields(auto& f) {
    using R = AppRates;
    f.required("app", &R::app, "the app");
    f.required("rate", &R::rate, "runs per second wanted, and started at most; null: any");
    f.required("min_rate", &R::min_rate, "runs per second that a plan must reach; null: any");
    f.required("plan_runs_per_second", &R::granted, "by the plan in force; null: it does not serve the app");
    f.required("runs_per_second", &R::measured,
               "measured over the last seconds, in model time; null: not told");
  }
  bool operator==(const AppRates&) const = default;
};

struct AppList {
  std::vector<schemas::AppStatus> apps;
  std::vector<AppRates> rates;
  static void fields(auto& f) {
    f.required("apps", &AppList::apps, "every app known");
    f.required("rates", &AppList::rates, "of the same apps in the same order");
  }
};

/// `plan`, `use`: nullptr where they are not heard of.
[[nodiscard]] AppList list_apps(const schemas::AppSet& apps, const schemas::CollaborationPlan* plan,
                                const schemas::MeshUse* use);
/// A table for people; yellow: the app waits, red: it was rejected.
[[nodiscard]] std::string to_text(const AppList& list, client::Colours colours = client::Colours::kOff);

/// An app as one line of CSV.
struct AppRow {
  AppId app;
  std::string state, model, sensing, interaction;
  std::uint64_t plan_id = 0;
  std::optional<double> rate, min_rate, granted, measured;
  std::uint64_t runs = 0, completed = 0, failed = 0;
  std::string reason;
  static void fields(auto& f) {
    using R = AppRow;
    f.required("app", &R::app, "the app");
    f.required("state", &R::state, "its phase, or waiting");
    f.required("model", &R::model, "the model");
    f.required("sensing", &R::sensing, "what it needs, and @device where it insists");
    f.required("interaction", &R::interaction, "the same of its output");
    f.required("plan_id", &R::plan_id, "the plan that serves it; 0: none");
    f.required("rate", &R::rate, "runs per second asked for");
    f.required("min_rate", &R::min_rate, "runs per second that a plan must reach");
    f.required("plan_runs_per_second", &R::granted, "by the plan in force");
    f.required("runs_per_second", &R::measured, "measured over the last seconds, in model time");
    f.required("runs", &R::runs, "asked for; 0: until stopped");
    f.required("completed", &R::completed, "of the present submission");
    f.required("failed", &R::failed, "of the present submission");
    f.required("reason", &R::reason, "why it is not running");
  }
};

struct AppRows {
  std::vector<AppRow> apps;
  static void fields(auto& f) { f.required("apps", &AppRows::apps, "every app known"); }
};

[[nodiscard]] AppRows rows_of(const AppList& list);

/// That there is no such app, and which of those there are are like it.
[[nodiscard]] Error unknown_app(const AppId& app, const std::optional<schemas::AppSet>& known);

/// "kws 381.90 -> 120.30 runs/s", a line each, under a heading; empty where no other app's rate changes.
[[nodiscard]] std::string changes_text(const std::vector<schemas::RateChange>& changes);
/// What `submit --dry-run` prints.
[[nodiscard]] std::string to_text(const schemas::AppForecast& forecast);

}  // namespace synergy::cli

// The field lists are instantiated once, in src/.
extern template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::cli::AppList>();
extern template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::cli::AppRows>();
