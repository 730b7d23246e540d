#include "synergy/schedule/event_graph.hpp"

#include "schedule_fixtures.hpp"

namespace synergy::schedule {
namespace {

TEST(EventGraph, TheSlowestOfTwoCircuitsCounts) {
  // 0 -> 1 -> 0 takes 7 for one token; 1 -> 2 -> 1 takes 12 for two.
  const EventGraph graph{3, {{0, 1, 3, 0}, {1, 0, 4, 1}, {1, 2, 5, 0}, {2, 1, 7, 2}}};
  const auto slowest = slowest_circuit(graph);
  ASSERT_TRUE(slowest) << slowest.error().message;
  EXPECT_EQ(slowest->weight, 7);
  EXPECT_EQ(slowest->tokens, 1);
}

TEST(EventGraph, TokensDivideACircuitsTime) {
  const EventGraph graph{2, {{0, 1, 10, 1}, {1, 0, 11, 2}, {0, 0, 6, 1}}};
  const auto slowest = slowest_circuit(graph);
  ASSERT_TRUE(slowest) << slowest.error().message;
  EXPECT_EQ(slowest->weight * 3, slowest->tokens * 21);
}

TEST(EventGraph, NegativeTokensOfAnEdgeAreNoHarmWhereTheCircuitHasSome) {
  const EventGraph graph{2, {{0, 1, 10, -2}, {1, 0, 10, 3}}};
  const auto slowest = slowest_circuit(graph);
  ASSERT_TRUE(slowest) << slowest.error().message;
  EXPECT_EQ(slowest->weight, 20 * slowest->tokens);
}

TEST(EventGraph, ACircuitWithoutTokensIsAStandstillEvenWithoutWeight) {
  EXPECT_FALSE(slowest_circuit({2, {{0, 1, 0, 0}, {1, 0, 0, 0}}}));
  EXPECT_FALSE(slowest_circuit({2, {{0, 1, 5, 1}, {1, 0, 5, -1}}}));
}

TEST(EventGraph, AGraphWithoutCircuitsHasNoCycleTime) {
  const auto slowest = slowest_circuit({3, {{0, 1, 5, 0}, {1, 2, 5, 0}}});
  ASSERT_TRUE(slowest);
  EXPECT_EQ(slowest->weight, 0);
  EXPECT_TRUE(slowest->edges.empty());
}

TEST(EventGraph, TheRateIsThatOfRunningTheGraphForManyCycles) {
  schedule_test::Random random(7);
  for (int n = 0; n < 300; ++n) {
    EventGraph graph;
    graph.nodes = std::uint32_t(2 + random.below(8));
    for (std::uint32_t v = 0; v < graph.nodes; ++v) {  // a ring with one token, and chords with 1 or 2
      graph.edges.push_back({v, (v + 1) % graph.nodes, std::int64_t(random.below(50)), v + 1 == graph.nodes});
      graph.edges.push_back({v, std::uint32_t(random.below(graph.nodes)), std::int64_t(random.below(90)),
                             std::int64_t(1 + random.below(2))});
    }
    const auto slowest = slowest_circuit(graph);
    ASSERT_TRUE(slowest) << slowest.error().message;
    constexpr int kCycles = 2000;
    std::vector<std::vector<std::int64_t>> at(kCycles, std::vector<std::int64_t>(graph.nodes, 0));
    for (std::size_t c = 0; c < kCycles; ++c)
      for (std::uint32_t pass = 0; pass < graph.nodes; ++pass)
        for (const auto& edge : graph.edges)
          if (c >= std::size_t(edge.tokens))
            at[c][edge.to] =
                std::max(at[c][edge.to], at[c - std::size_t(edge.tokens)][edge.from] + edge.weight);
    const double measured = double(at[kCycles - 1][0] - at[kCycles / 2 - 1][0]) / (kCycles / 2);
    EXPECT_NEAR(measured, double(slowest->weight) / double(slowest->tokens), 0.5) << "graph " << n;
  }
}

}  // namespace
}  // namespace synergy::schedule
