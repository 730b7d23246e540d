// The phases of the dispatcher's parts: their tables, what is no change of theirs, and the README.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "synergy/dispatcher/decisions.hpp"

namespace synergy::dispatcher {
namespace {

template <class Phase>
class Phases : public testing::Test {
 public:
  /// The phases that the table names.
  static std::set<Phase> all() {
    std::set<Phase> phases;
    for (const auto& change : changes_of(Phase{})) phases.insert({change.from, change.to});
    return phases;
  }
  static bool is_allowed(Phase from, Phase to) {
    for (const auto& change : changes_of(from))
      if (change.from == from && change.to == to) return true;
    return false;
  }
};
using All = testing::Types<DecisionPhase, SwitchingPhase, DeploymentPhase>;
TYPED_TEST_SUITE(Phases, All);

TYPED_TEST(Phases, AreChangedAsTheTableSaysAndInNoOtherWay) {
  const auto phases = this->all();
  ASSERT_GE(phases.size(), 4u);
  for (const auto from : phases)
    for (const auto to : phases) {
      PhaseOf<TypeParam> phase(from);
      if (this->is_allowed(from, to)) {
        phase.go_to(to);
        EXPECT_TRUE(phase.is(to));
      } else {
        EXPECT_DEATH(phase.go_to(to), "is no change of phase");
      }
    }
}

TYPED_TEST(Phases, AreAllReachedFromTheFirstAndNoneIsADeadEnd) {
  std::set<TypeParam> reached{TypeParam{}};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const auto& change : changes_of(TypeParam{}))
      if (reached.contains(change.from)) reached.insert(change.to);
  }
  for (const auto phase : this->all()) {
    EXPECT_TRUE(reached.contains(phase)) << schemas::name_of(phase);
    bool goes_on = false;
    for (const auto& change : changes_of(phase)) goes_on = goes_on || change.from == phase;
    EXPECT_TRUE(goes_on) << schemas::name_of(phase);
  }
}

TYPED_TEST(Phases, AreShownInTheReadmeAsTheCodeHasThem) {
  std::ifstream file(std::string(SYNERGY_SOURCE_DIR) + "/services/dispatcher/README.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto table = phase_table<TypeParam>();
  EXPECT_NE(text.find("\n\n" + table + "\n"), std::string::npos)
      << "services/dispatcher/README.md needs this table, as it is here:\n"
      << table;
}

}  // namespace
}  // namespace synergy::dispatcher
