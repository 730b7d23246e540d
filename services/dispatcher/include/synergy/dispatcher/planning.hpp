// The question to the planner that is out.
//
// One question is out at a time, and a newer one takes its place. The planner, too, works on one question at
// a time: where somebody else asks it another, it gives ours up, and ours is asked again after a while. The
// answer counts however late it comes, as long as the planner is heard of: a search may take its time, and
// asking again would only begin it again. Where the planner is silent for kPlannerPatience the question is
// given up.
//
// Pure apart from its ports; one thread. Must outlive the timers it sets.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/plan_commands.hpp"

namespace synergy::dispatcher {

/// A planner that is not heard of for so long does not answer any more.
inline constexpr Duration kPlannerPatience = std::chrono::seconds(10);
/// A question that the planner gave up for somebody else's is asked again after this.
inline constexpr Duration kAskAgainAfter = std::chrono::milliseconds(500);

class Planning {
 public:
  using Answer = std::function<void(Result<schemas::CollaborationPlan>)>;
  struct Ports {
    std::function<MonotonicTime()> now;
    std::function<void(MonotonicTime, std::function<void()>)> at;
    /// An answer comes at most once, however late. A later question makes an earlier one's
    /// answer worthless.
    std::function<void(const schemas::PlanMake&, Answer)> make_plan;
  };

  explicit Planning(Ports ports) : ports_(std::move(ports)) {}

  /// `answer` is called once, later, unless forget() or another ask() comes before: with the plan, with the
  /// planner's failure, or with kUnavailable when the planner is silent.
  void ask(const schemas::PlanMake& request, Answer answer);
  /// The answer to the question that is out is not waited for any more.
  void forget() { out_.reset(); }
  /// The planner lives.
  void heard_of_planner() { heard_ = ports_.now(); }

  [[nodiscard]] bool is_out() const { return out_.has_value(); }
  /// What is waited for and since when, in words; empty while no question is out.
  [[nodiscard]] std::string note() const;

 private:
  struct Out {
    std::uint64_t number = 0;
    schemas::PlanMake request;
    MonotonicTime since{};
    Answer answer;
  };

  void send(std::uint64_t number);
  void end(std::uint64_t number, Result<schemas::CollaborationPlan> plan);
  void watch(std::uint64_t number);

  Ports ports_;
  std::uint64_t questions_ = 0;
  MonotonicTime heard_{};
  std::optional<Out> out_;
};

}  // namespace synergy::dispatcher
