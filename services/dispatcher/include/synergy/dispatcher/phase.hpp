// The phase that a part of the dispatcher is in, and the table of the changes that it may make.
//
// A part that goes through phases has an enum class of them with names (schemas/fields.hpp), and
// `changes_of(phase)`: all the changes that are allowed, each with when it happens. (Its argument only says
// which enum is meant.) services/dispatcher/README.md shows these tables; a test compares.
//
// Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "synergy/base/check.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::dispatcher {

template <class Phase>
struct PhaseChange {
  Phase from, to;
  std::string_view when;
};

template <class Phase>
class PhaseOf {
 public:
  explicit constexpr PhaseOf(Phase first) : phase_(first) {}

  [[nodiscard]] bool is(Phase phase) const { return phase_ == phase; }
  [[nodiscard]] Phase now() const { return phase_; }
  /// A change that the table does not allow is a bug and stops the process (base/check.hpp). The next one
  /// goes on from what the store has.
  void go_to(Phase next) {
    const auto& changes = changes_of(phase_);
    const bool allowed = std::any_of(changes.begin(), changes.end(), [&](const PhaseChange<Phase>& change) {
      return change.from == phase_ && change.to == next;
    });
    SYNERGY_CHECK(allowed, ("from '" + std::string(schemas::name_of(phase_)) + "' to '" +
                            std::string(schemas::name_of(next)) + "' is no change of phase")
                               .c_str());
    phase_ = next;
  }

 private:
  Phase phase_;
};

/// The table of a part's changes, as services/dispatcher/README.md shows it.
template <class Phase>
std::string phase_table() {
  std::string text = "| from | to | when |\n|---|---|---|\n";
  for (const auto& change : changes_of(Phase{}))
    text += "| " + std::string(schemas::name_of(change.from)) + " | " +
            std::string(schemas::name_of(change.to)) + " | " + std::string(change.when) + " |\n";
  return text;
}

}  // namespace synergy::dispatcher
