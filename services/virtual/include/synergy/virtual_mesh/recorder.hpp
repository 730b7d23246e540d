// Takes down what happens on a day, and holds the mesh to its promise: each run that was granted ends once.
#pragma once

#include <map>
#include <set>
#include <string>

#include "synergy/dispatcher/events.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/virtual_mesh/day_report.hpp"
#include "synergy/virtual_mesh/event_queue.hpp"

namespace synergy::virtual_mesh {

class Recorder {
 public:
  /// Borrows the queue, for its time.
  Recorder(const EventQueue& queue, std::string body) : queue_(queue) { report_.body = std::move(body); }

  /// An event of the script; the number is for answered().
  std::size_t happened(const std::string& what);
  void answered(std::size_t event, const std::string& answer, bool accepted);
  void decided(const schemas::StoreDecision& decision);
  void granted(const schemas::RunGrant& grant);
  void ended(const schemas::RunRecord& record);
  void in_force(const schemas::CollaborationPlan& plan);
  void logged(dispatcher::Event event, LogFields fields);
  void are(const schemas::AppSet& apps) { apps_ = apps; }
  /// The app as it was published last; nullptr: nobody submitted it.
  [[nodiscard]] const schemas::AppStatus* app(const AppId& id) const;
  /// A promise was broken.
  void broken(const std::string& what) { report_.broken.push_back(at_text() + what); }

  /// At the end of the day.
  [[nodiscard]] DayReport report() &&;

 private:
  struct OfPlan {
    std::uint64_t completed = 0, failed = 0;
    ModelTime first_end{}, last_end{};
  };
  struct Runs {
    std::uint64_t next = 0;        ///< all before it were granted
    std::set<std::uint64_t> open;  ///< of these, those that have not ended
    std::uint64_t granted = 0, completed = 0, failed = 0;
    std::map<std::uint64_t, OfPlan> by_plan;
    std::map<std::string, std::uint64_t> failures;
  };
  /// The number that is written for whole and decimal fractions of a second, and not one beside it.
  [[nodiscard]] double now_s() const { return double(queue_.elapsed().count()) / 1e9; }
  [[nodiscard]] std::string at_text() const;
  [[nodiscard]] AppLine line_of(const schemas::AppStatus& status, const Runs& runs) const;

  const EventQueue& queue_;
  DayReport report_;
  std::map<AppId, Runs> runs_;
  std::map<std::pair<std::uint64_t, AppId>, double> promised_;  ///< runs per second, by plan
  schemas::AppSet apps_;
};

}  // namespace synergy::virtual_mesh
