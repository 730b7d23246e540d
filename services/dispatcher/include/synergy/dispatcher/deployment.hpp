// The plan in force, and how it reaches the executors that it names.
//
// A plan is *started* by giving it to all its executors, each with the number of the start. When all have
// taken it in it is *served*: runs may be granted. Whatever goes wrong with a run afterwards (a task failed,
// a process was lost, messages were lost) leaves other runs waiting for its turn, so the plan is started
// again: every executor forgets its runs, and those under way are repeated. The first time that is done at
// once; a plan that does not run undisturbed for kUndisturbed is started again only after a pause, twice as
// long each time.
//
// An executor that does not answer is asked again, for as long as the plan is in force. One that refuses for
// good (no room for a chunk, an unknown model) makes the plan give way: `refused` is called once for the
// plan, with the last plan that ran where that can come back.
//
// Pure apart from its ports; one thread. Must outlive its timers and answers.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "synergy/dispatcher/body_watch.hpp"
#include "synergy/dispatcher/phase.hpp"
#include "synergy/dispatcher/ports.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/plan_commands.hpp"

namespace synergy::dispatcher {

inline constexpr Duration kDeployAgainAfter = std::chrono::milliseconds(500);
/// A plan that was started again is not started once more before this; twice as long each time, up to the
/// longest, until it has run undisturbed for kUndisturbed.
inline constexpr Duration kStartAgainAfter = std::chrono::milliseconds(250);
inline constexpr Duration kLongestStartAgain = std::chrono::seconds(4);
inline constexpr Duration kUndisturbed = std::chrono::seconds(5);

/// Devices that a plan, or one of its ways, needs.
[[nodiscard]] std::set<DeviceId> devices_of(const schemas::CollaborationPlan& plan);
[[nodiscard]] std::set<DeviceId> devices_of(const schemas::ExecutionPlan& execution);

enum class DeploymentPhase {
  kNothing,    ///< no plan is in force
  kDeploying,  ///< executors are taking the plan in
  kServing,    ///< runs may be granted
  kPausing,    ///< the plan is to be started again, after a pause
};

}  // namespace synergy::dispatcher

namespace synergy::schemas {
template <>
inline constexpr std::array<std::pair<dispatcher::DeploymentPhase, std::string_view>, 4>
    kEnumNames<dispatcher::DeploymentPhase>{{
        {dispatcher::DeploymentPhase::kNothing, "nothing"},
        {dispatcher::DeploymentPhase::kDeploying, "deploying"},
        {dispatcher::DeploymentPhase::kServing, "serving"},
        {dispatcher::DeploymentPhase::kPausing, "pausing"},
    }};
}  // namespace synergy::schemas

namespace synergy::dispatcher {

[[nodiscard]] std::span<const PhaseChange<DeploymentPhase>> changes_of(DeploymentPhase phase);

class Deployment {
 public:
  struct Refusal {
    std::string cause;                                         ///< in words
    std::uint64_t plan = 0;                                    ///< that was refused
    std::optional<schemas::CollaborationPlan> roll_back_to{};  ///< empty: a new plan is needed
  };
  struct Events {
    /// The executors forget the runs under way: those are to be repeated. `why` is empty where another plan
    /// is the reason.
    std::function<void(const std::string& why)> runs_are_lost;
    std::function<void()> served;
    std::function<void(Refusal)> refused;
  };
  Deployment(const Ports& ports, const BodyWatch& body, Events events);

  /// The plan takes the place of the one in force. `request`: id of the command that it was made for.
  void put_in_force(schemas::CollaborationPlan plan, const std::string& request);
  /// The same for the plan that was in force before the dispatcher started.
  void resume(schemas::CollaborationPlan plan);
  /// A run of the plan in force did not come through, or may have been lost.
  void start_again(const std::string& why);
  /// An executor's heartbeat. Where a device of the plan has another instance than before, its process is
  /// another one, which has nothing deployed: the plan is started again.
  void hear(const schemas::Health& health);
  /// What `refused` asked for could not be stored: the plan's next refusal calls it again.
  void forget_refusal() { refused_plan_ = 0; }

  /// The plan in force; empty: none is.
  [[nodiscard]] const std::optional<schemas::CollaborationPlan>& plan() const { return plan_; }
  /// Id of the command that the plan in force was made for; empty: for none.
  [[nodiscard]] const std::string& request() const { return request_; }
  /// The number of the present start, which executors compare.
  [[nodiscard]] std::uint64_t start() const { return start_; }
  /// How often a plan was started.
  [[nodiscard]] std::uint64_t starts() const { return starts_; }
  [[nodiscard]] bool is_serving() const { return phase_.is(DeploymentPhase::kServing); }
  [[nodiscard]] DeploymentPhase phase() const { return phase_.now(); }
  /// The plan in force can not go on as it is: a device of it is gone.
  [[nodiscard]] bool is_broken() const { return plan_ && is_broken(*plan_); }

 private:
  [[nodiscard]] bool is_broken(const schemas::CollaborationPlan& plan) const;
  void begin();
  void serve();
  void deploy_to(const DeviceId& device);
  void took_in(const DeviceId& device, const schemas::Deployed& done);
  void give_way(const DeviceId& device, const Error& error);

  const Ports& ports_;
  const BodyWatch& body_;
  Events events_;
  PhaseOf<DeploymentPhase> phase_{DeploymentPhase::kNothing};
  std::optional<schemas::CollaborationPlan> plan_, last_good_;
  std::string request_;
  std::uint64_t refused_plan_ = 0;  ///< number of the plan that `refused` was called for last
  std::uint64_t start_ = 0, starts_ = 0;
  std::set<DeviceId> to_deploy_;  ///< executors that have not taken the plan in yet
  MonotonicTime served_at_{};
  Duration pause_{0};
  std::map<DeviceId, std::uint64_t> instances_;  ///< of the executors, as they were heard of last
};

}  // namespace synergy::dispatcher
