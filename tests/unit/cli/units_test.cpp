// One quantity has one unit in what the commands print for scripts (services/cli/README.md, "Units and
// names").
#include <gmock/gmock.h>

#include <set>

#include "synergy/accel_bench/emulator_speed.hpp"
#include "synergy/bus_bench/bus_speed.hpp"
#include "synergy/cli/classification.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/cli/live_bench.hpp"
#include "synergy/client/recording_info.hpp"
#include "synergy/client/report.hpp"
#include "synergy/client/shells.hpp"
#include "synergy/client/timeline.hpp"
#include "synergy/planner_offline/benchmark.hpp"
#include "synergy/planner_offline/simulation.hpp"
#include "synergy/planner_offline/solve_report.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::cli {
namespace {

using schemas::StructInfo;

/// The struct and all that are part of it.
void collect(const StructInfo* info, std::set<const StructInfo*>& all) {
  if (info == nullptr || !all.insert(info).second) return;
  for (const auto& field : info->fields) collect(field.type->part(), all);
}

std::set<const StructInfo*> reports() {
  std::set<const StructInfo*> all;
  for (const auto* info :
       {&schemas::describe<Report>(), &schemas::describe<Classification>(), &schemas::describe<LiveReport>(),
        &schemas::describe<RecordingInfo>(), &schemas::describe<ShellsReport>(),
        &schemas::describe<TimelineShares>(), &schemas::describe<planner_offline::BenchReport>(),
        &schemas::describe<planner_offline::SimulationReport>(),
        &schemas::describe<planner_offline::SolveReport>(), &schemas::describe<accel_bench::SpeedReport>(),
        &schemas::describe<bus_bench::BusReport>(), &schemas::describe<schemas::PlanHistory>(),
        &schemas::describe<schemas::MeshUse>()})
    collect(info, all);
  return all;
}

bool ends_in(std::string_view name, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(), [&](auto end) { return name.ends_with(end); });
}

TEST(Units, OtherUnitsOfAQuantityAreOldNamesOfAFieldInItsUnit) {
  int old_names = 0;
  for (const auto* info : reports())
    for (const auto& field : info->fields) {
      const auto where = std::string(info->name) + "." + std::string(field.name);
      if (!ends_in(field.name, {"_ms", "_s", "_min", "_mj", "_j", "_nj", "_mhz", "_kb", "_per_s", "_fps"}))
        continue;
      EXPECT_THAT(std::string(field.about), testing::HasSubstr("old name")) << where;
      const auto stem = field.name.substr(0, field.name.rfind('_'));
      EXPECT_TRUE(std::any_of(info->fields.begin(), info->fields.end(),
                              [&](const auto& other) { return other.name == std::string(stem) + "_us"; }))
          << where << " has no field in us";
      ++old_names;
    }
  EXPECT_GE(old_names, 14) << "nothing was looked at";
}

TEST(Units, AnOldNameSaysItsNewOneWhichIsThere) {
  for (const auto* info : reports())
    for (const auto& field : info->fields) {
      constexpr std::string_view kMark = "old name of ";
      if (!field.about.starts_with(kMark)) continue;
      const auto name = field.about.substr(kMark.size(), field.about.find_first_of(",;") - kMark.size());
      EXPECT_TRUE(std::any_of(info->fields.begin(), info->fields.end(),
                              [&](const auto& other) { return other.name == name; }))
          << info->name << "." << field.name << ": there is no " << name;
    }
}

}  // namespace
}  // namespace synergy::cli
