// Who is there: the heartbeat of every process, the monitor's list of them, the broker's epoch, and joining.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

/// A process's life: starting -> ready -> draining -> stopped. The monitor adds `silent` for one not heard
/// of.
enum class LifeCycle { kStarting, kReady, kDraining, kStopped, kSilent };
template <>
inline constexpr std::array<std::pair<LifeCycle, std::string_view>, 5> kEnumNames<LifeCycle>{{
    {LifeCycle::kStarting, "starting"},
    {LifeCycle::kReady, "ready"},
    {LifeCycle::kDraining, "draining"},
    {LifeCycle::kStopped, "stopped"},
    {LifeCycle::kSilent, "silent"},
}};

/// A counter that is not 0 while the process can not do what it is there for, though it runs: the note says
/// why.
inline constexpr const char* kTroubleCounter = "trouble";

/// Topic `health/PROCESS`, every kHeartbeatPeriod and at each change of state.
struct Health {
  std::string process;  ///< `planner`, `executor/glasses`
  std::uint64_t instance = 0;
  std::int64_t pid = 0;
  LifeCycle state = LifeCycle::kStarting;
  std::string note;  ///< what it waits for, or what is wrong
  std::map<std::string, std::uint64_t> counters;
  static constexpr MessageName kMessage{"health", 1, 1, "health/PROCESS"};
  static void fields(auto& f) {
    using H = Health;
    f.required("process", &H::process, "the process's name", text_of(1, kMaxProcessNameBytes));
    f.required("instance", &H::instance, "differs each time it starts", kAnyNumber);
    f.required("pid", &H::pid, "process id");
    f.required("state", &H::state, "where it is in its life");
    f.optional("note", &H::note, "what it waits for", text_of(0, kMaxNoteBytes));
    f.optional("counters", &H::counters, "bus and service counters, by name", kFewCounters);
  }
  /// Nothing where the process does not count that.
  [[nodiscard]] std::optional<std::uint64_t> counter(const std::string& name) const {
    const auto found = counters.find(name);
    return found == counters.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] bool in_trouble() const { return counter(kTroubleCounter).value_or(0) != 0; }
  /// The note as a person is told it; empty where there is none.
  [[nodiscard]] std::string told() const {
    if (note.empty()) return {};
    return (in_trouble() ? "TROUBLE: " : "waits for ") + note;
  }
};

inline constexpr Duration kHeartbeatPeriod = std::chrono::milliseconds(250);
/// A process that was not heard of for so long is called silent.
inline constexpr Duration kSilentAfter = std::chrono::milliseconds(2000);

/// State topic `state/services`.
struct ServiceList {
  std::vector<Health> services;
  static constexpr MessageName kMessage{"services", 1, 1, "state/services"};
  static void fields(auto& f) {
    f.required("services", &ServiceList::services, "every process heard of, by name");
  }
};

/// State topic `state/broker`; a new epoch tells that the broker restarted and its cache is empty.
struct BrokerState {
  std::uint64_t epoch = 0;
  std::map<std::string, std::uint64_t> counters;
  static constexpr MessageName kMessage{"broker", 1, 1, "state/broker"};
  static void fields(auto& f) {
    f.required("epoch", &BrokerState::epoch, "differs each time the broker starts", kAnyNumber);
    f.required("counters", &BrokerState::counters, "messages and bytes forwarded, by topic class");
  }
};

struct Joined {
  std::uint64_t epoch = 0;
  static constexpr MessageName kMessage{"bus.joined"};
  static void fields(auto& f) { f.required("epoch", &Joined::epoch, "the broker's epoch", kAnyNumber); }
};

/// To `cmd/broker`. The answer proves that messages go both ways and that every subscription made before it
/// is in force; cached state of those subscriptions came before the answer.
struct Join {
  static constexpr MessageName kMessage{"bus.join", 1, 1, "cmd/broker"};
  using Reply = Joined;
  static void fields(auto&) {}
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<Health>();
extern template const StructInfo& describe<ServiceList>();
extern template const StructInfo& describe<BrokerState>();
extern template const StructInfo& describe<Joined>();
extern template const StructInfo& describe<Join>();

}  // namespace synergy::schemas
