// What `synergy apps` and `synergy submit` say of rates: what was asked, what the plan grants, what came, and
// what a newcomer costs the others.
//
// What a reader gets wrong: a rate is granted for as long as the plan is in force; what is measured is of the
// last seconds, and an app that was accepted just now has none yet.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/schemas/app.hpp"
#include "synergy/schemas/plan.hpp"
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
/// A table for people.
[[nodiscard]] std::string to_text(const AppList& list);

/// "kws 381.90 -> 120.30 runs/s", a line each, under a heading; empty where no other app's rate changes.
[[nodiscard]] std::string changes_text(const std::vector<schemas::RateChange>& changes);
/// What `submit --dry-run` prints.
[[nodiscard]] std::string to_text(const schemas::AppForecast& forecast);

}  // namespace synergy::cli
