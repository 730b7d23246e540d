// Why there is no plan: a kind, which programs decide by, and a reason, which people read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "synergy/base/check.hpp"
#include "synergy/schemas/conflict.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

using schemas::RefusalKind;

struct [[nodiscard]] Refusal {
  RefusalKind kind = RefusalKind::kInfeasible;
  std::string reason;  ///< names the app, the device and the resource, where there are any
  std::optional<schemas::Conflict> conflict{};  ///< what the reason tells, where demands are in the way

  /// The same refusal with the place it happened put in front: `where: reason`.
  [[nodiscard]] Refusal at(std::string_view where) const {
    return {kind, std::string(where) + ": " + reason, conflict};
  }
  /// The reason as a sentence of its own: begins with "OOR: " where only this policy's choice does not fit.
  [[nodiscard]] std::string text() const {
    return (kind == RefusalKind::kOutOfResource ? "OOR: " : "") + reason;
  }
  bool operator==(const Refusal&) const = default;
};

/// A T, or a Refusal: what Result is elsewhere, with the same member names. Reading the value of a refusal,
/// or the refusal of a success, is a bug and stops the process.
template <class T>
class [[nodiscard]] Planned {
 public:
  Planned(T value) : held_(std::move(value)) {}            // NOLINT: implicit on purpose, as Result
  Planned(Refusal refusal) : held_(std::move(refusal)) {}  // NOLINT

  [[nodiscard]] bool has_value() const { return held_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& operator*() { return *checked(std::get_if<T>(&held_)); }
  const T& operator*() const { return *checked(std::get_if<T>(&held_)); }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }
  [[nodiscard]] const Refusal& error() const { return *checked(std::get_if<Refusal>(&held_)); }

 private:
  template <class Held>
  static Held* checked(Held* held) {
    SYNERGY_CHECK(held != nullptr, "a plan is read only where there is one, a refusal where there is none");
    return held;
  }

  std::variant<T, Refusal> held_;
};

}  // namespace synergy::planner
