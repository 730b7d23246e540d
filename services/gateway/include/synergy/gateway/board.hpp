// The latest of each state of the mesh, as what it is and as JSON, and how old it is.
//
// What a reader gets wrong: a state's age is not the time since it changed. A state holds as long as its
// owner lives, so the age is the time since its owner was last heard of: of a heartbeat, or of the state
// itself.
//
// Any thread may read; one writes.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "synergy/base/clock.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::gateway {

enum class StateKind { kBody, kApps, kPlan, kServices, kUse };
inline constexpr std::size_t kStateKinds = 5;
/// `body`, `apps` ...: in JSON, and of events.
[[nodiscard]] std::string_view name_of(StateKind kind);

class Board {
 public:
  /// Each returns the state as JSON, as it stands in a snapshot and in an event.
  std::string set(const schemas::BodyView& body, MonotonicTime now);
  std::string set(const schemas::AppSet& apps, MonotonicTime now);
  std::string set(const schemas::CollaborationPlan& plan, MonotonicTime now);
  std::string set(const schemas::ServiceList& services, MonotonicTime now);
  std::string set(const schemas::MeshUse& use, MonotonicTime now);
  /// A heartbeat of the process: what it owns still holds, once it is ready.
  void heard(const schemas::Health& health, MonotonicTime now);

  /// Nothing: not heard of yet. What is returned does not change any more.
  [[nodiscard]] std::shared_ptr<const schemas::BodyView> body() const;
  [[nodiscard]] std::shared_ptr<const schemas::AppSet> apps() const;
  [[nodiscard]] std::shared_ptr<const schemas::CollaborationPlan> plan() const;
  [[nodiscard]] std::shared_ptr<const schemas::ServiceList> services() const;
  [[nodiscard]] std::shared_ptr<const schemas::MeshUse> use() const;

  /// As if nothing was ever heard.
  void forget();

  /// All of it as JSON: what `GET /api/state` answers. `recording`: JSON, of the recording that is shown.
  [[nodiscard]] std::string snapshot(MonotonicTime now, std::string_view recording = "null") const;
  /// Of one state, as it stands there.
  [[nodiscard]] std::string json(StateKind kind) const;
  /// Since its owner was last heard of, in ms; nothing: never.
  [[nodiscard]] std::optional<std::int64_t> age_ms(StateKind kind, MonotonicTime now) const;

 private:
  struct State {
    std::string json = "null";
    std::optional<MonotonicTime> heard;
  };
  template <class T>
  std::string keep(StateKind kind, std::shared_ptr<const T> Board::*place, const T& state, std::string json,
                   MonotonicTime now);
  template <class T>
  [[nodiscard]] std::shared_ptr<const T> read(std::shared_ptr<const T> Board::*place) const;

  mutable std::mutex mutex_;  ///< of all that follows
  std::array<State, kStateKinds> states_;
  std::string sensors_ = "[]";
  std::shared_ptr<const schemas::BodyView> body_;
  std::shared_ptr<const schemas::AppSet> apps_;
  std::shared_ptr<const schemas::CollaborationPlan> plan_;
  std::shared_ptr<const schemas::ServiceList> services_;
  std::shared_ptr<const schemas::MeshUse> use_;
};

}  // namespace synergy::gateway
