// What the dispatcher says while it works: each event's name and level. A line of the log is one event.
//
// A warning says that the mesh works on, yet somebody gets less than was asked for or promised; `deploy/mesh`
// shows warnings when something is wrong. Everything else is a decision or a step of one.
#pragma once

#include <array>
#include <cstddef>

#include "synergy/base/log_line.hpp"

namespace synergy::dispatcher {

enum class Event {
  kResumed,              ///< a plan of before the dispatcher's start is served again
  kDeployed,             ///< every executor of the plan in force has taken it in
  kSwitched,             ///< to another plan, with the time that it took
  kPlanStays,            ///< the plan in force is the one to have
  kPinned,               ///< a plan comes into force whose placement somebody chose
  kPinEnded,             ///< a plan of the planner's takes the place of a pinned one
  kStartedAgain,         ///< the plan: a run did not come through, or a process was lost
  kNotDeployed,          ///< an executor refused the plan, or did not answer
  kNoNewPlan,            ///< the planner has none; what is in force goes on
  kNotKept,              ///< the store refused a decision: nothing was changed
  kStopNotKept,          ///< the store refused a stop: the app is stopped, and that is kept when it can be
  kDecisionNotAnswered,  ///< the store did not answer in time; the decision is sent again
  kRunsNotKept,          ///< the store did not take ended runs; they are offered again, and this said once
  kRunsKeptAgain,        ///< the store took what it had refused
};

struct EventInfo {
  Event event;
  LogName name;  ///< in the log
  LogLevel level;
};

/// In the order of the enumerators.
inline constexpr std::array kEvents{
    EventInfo{Event::kResumed, "resumed", LogLevel::kInfo},
    EventInfo{Event::kDeployed, "deployed", LogLevel::kInfo},
    EventInfo{Event::kSwitched, "switched", LogLevel::kInfo},
    EventInfo{Event::kPlanStays, "plan_stays", LogLevel::kInfo},
    EventInfo{Event::kPinned, "pinned", LogLevel::kInfo},
    EventInfo{Event::kPinEnded, "pin_ended", LogLevel::kInfo},
    EventInfo{Event::kStartedAgain, "started_again", LogLevel::kWarn},
    EventInfo{Event::kNotDeployed, "not_deployed", LogLevel::kWarn},
    EventInfo{Event::kNoNewPlan, "no_new_plan", LogLevel::kWarn},
    EventInfo{Event::kNotKept, "not_kept", LogLevel::kWarn},
    EventInfo{Event::kStopNotKept, "stop_not_kept", LogLevel::kWarn},
    EventInfo{Event::kDecisionNotAnswered, "decision_not_answered", LogLevel::kWarn},
    EventInfo{Event::kRunsNotKept, "runs_not_kept", LogLevel::kWarn},
    EventInfo{Event::kRunsKeptAgain, "runs_kept_again", LogLevel::kInfo},
};

[[nodiscard]] constexpr const EventInfo& info_of(Event event) { return kEvents[std::size_t(event)]; }

namespace detail {
consteval bool in_order() {
  for (std::size_t i = 0; i < kEvents.size(); ++i)
    if (std::size_t(kEvents[i].event) != i) return false;
  return true;
}
}  // namespace detail
static_assert(detail::in_order(), "info_of() finds an event's entry by its number");
static_assert(kEvents.size() == std::size_t(Event::kRunsKeptAgain) + 1, "every event has an entry");

}  // namespace synergy::dispatcher
