// An app's results one by one, as they come, until somebody ends it: `results --follow`, and `submit
// --follow` of an app without an end.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "app_watch.hpp"
#include "synergy/base/clock.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/client/followed_runs.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::cli {

/// Results go to standard output, one line each (of JSON with `--json`); what happens to the mesh meanwhile
/// goes to standard error. What was missed while a process was started again is fetched from the store.
/// Borrows all that it is made of; must be made before the session, and outlive it.
class RunFollower {
 public:
  RunFollower(const Shared& shared, Observed& seen) : lines_(shared), seen_(seen) {}

  void subscribe(bus::Participant& bus);
  /// From here on shows the app's runs that are recorded from `since` on, of every plan or of one; results
  /// that came since subscribe() are among them.
  void begin(const schemas::AppStatus& app, UnixTime since, std::optional<std::uint64_t> plan);
  /// Shows runs that ended before, after begin() and before the first tick().
  void show_earlier(const std::vector<schemas::RunRecord>& records);
  /// To be called again and again while the session handles packets.
  void tick(Session& session);
  /// The app was stopped, and its last result was shown or is not to come.
  [[nodiscard]] bool has_ended() const;

 private:
  void show(const schemas::RunResult& result);
  void show(const schemas::RunRecord& record);
  void hear(const schemas::Health& health);
  void hear_plan();
  void fetch(Session& session);
  void say(const std::string& what) const;

  Lines lines_;
  Observed& seen_;
  HostClock clock_;
  std::vector<schemas::RunResult> early_;  ///< heard before the first tick()
  bool ticking_ = false;
  std::optional<FollowedRuns> runs_;
  UnixTime since_{};
  std::optional<std::uint64_t> only_plan_;
  std::uint64_t first_run_ = 0;             ///< of the submission
  std::uint64_t plan_id_ = 0, failed_ = 0;  ///< as last said, or looked at
  std::map<std::string, std::uint64_t> instances_;
  MonotonicTime last_sign_ = clock_.monotonic(), next_look_ = last_sign_;
  bool silent_ = false, look_ = false, asking_ = false;
};

}  // namespace synergy::cli
