#include "synergy/base/check.hpp"
#include "synergy/base/statistics.hpp"
#include "synergy/bus_bench/bus_speed.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::bus_bench {
namespace {

using Figure = double Turn::*;

Spread spread(std::vector<double> values) {
  const auto q = quartiles(std::move(values));
  return {q.lower, q.median, q.upper};
}

Spread of_all(const std::vector<Turn>& turns, Figure figure) {
  std::vector<double> values;
  for (const Turn& turn : turns) values.push_back(turn.*figure);
  return spread(std::move(values));
}

/// The ratio of each pair first, then their quartiles: what slows a whole pair leaves its ratio alone.
Spread of_ratios(const std::vector<Turn>& above, const std::vector<Turn>& below, Figure figure) {
  std::vector<double> values;
  for (std::size_t i = 0; i < above.size(); ++i) values.push_back(above[i].*figure / below[i].*figure);
  return spread(std::move(values));
}

}  // namespace

PathSpeed summarize(const std::string& path, const std::vector<Turn>& turns, const std::vector<Turn>& bare) {
  SYNERGY_CHECK(turns.size() == bare.size(), "every turn has its neighbour");
  PathSpeed speed;
  speed.path = path;
  speed.p50_us = of_all(turns, &Turn::p50_us);
  speed.p99_us = of_all(turns, &Turn::p99_us);
  speed.messages_per_second = of_all(turns, &Turn::messages_per_second);
  if (&turns == &bare) return speed;
  speed.p50_ratio = of_ratios(bare, turns, &Turn::p50_us);
  speed.p99_ratio = of_ratios(bare, turns, &Turn::p99_us);
  speed.rate_ratio = of_ratios(turns, bare, &Turn::messages_per_second);
  return speed;
}

}  // namespace synergy::bus_bench

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::bus_bench::BusReport>();
