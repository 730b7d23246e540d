// The apps that the dispatcher knows: those that run, and the last status of those that have ended.
//
// Pure; one thread.
#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "synergy/dispatcher/frame_queue.hpp"
#include "synergy/dispatcher/run_book.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::dispatcher {

/// Names of apps that are known at most, ended ones included: all must fit one message (schemas/limits.hpp).
inline constexpr std::size_t kMostApps = 8000;
/// While so many apps are known, a new app that is rejected is answered, but neither stored nor known
/// afterwards.
inline constexpr std::size_t kMostAppsWithRejected = 1000;

struct App {
  schemas::AppStatus status;    ///< its counts are those of the book while there is one
  std::optional<RunBook> book;  ///< while the app runs
  FrameQueue frames{};          ///< that were fed, and for which it runs

  /// The status with the counts of this moment.
  [[nodiscard]] schemas::AppStatus current_status() const;
};

class Apps {
 public:
  /// nullptr: no app of that name is known.
  [[nodiscard]] App* find(const AppId& app);
  [[nodiscard]] const App* find(const AppId& app) const;
  /// An app that is known.
  [[nodiscard]] App& at(const AppId& app) { return apps_.at(app); }
  [[nodiscard]] const App& at(const AppId& app) const { return apps_.at(app); }
  /// Is known from here on, if it was not.
  App& operator[](const AppId& app) { return apps_[app]; }

  [[nodiscard]] auto begin() { return apps_.begin(); }
  [[nodiscard]] auto end() { return apps_.end(); }
  [[nodiscard]] auto begin() const { return apps_.begin(); }
  [[nodiscard]] auto end() const { return apps_.end(); }
  [[nodiscard]] std::size_t size() const { return apps_.size(); }

  [[nodiscard]] bool any_runs() const;
  /// The request is for an app that runs, and differs in nothing but rate, minimum rate, deadline,
  /// priority, weight or whether runs may take the same frame.
  [[nodiscard]] bool is_update(const schemas::AppRequest& request) const;
  /// The plan has a pipeline for every app that runs.
  [[nodiscard]] bool all_served_by(const schemas::CollaborationPlan& plan) const;

 private:
  std::map<AppId, App> apps_;
};

}  // namespace synergy::dispatcher
