#include "simulate_day.hpp"

#include <algorithm>
#include <cstdio>

#include "synergy/base/text.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/cli/day_text.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/client/table.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/virtual_mesh/day.hpp"

namespace synergy::cli {

void DayFlags::add_to(Command& command) {
  option =
      command.add_option("--events", events,
                         "a day of the whole mesh instead of one plan: a YAML list, `- {at_s: 10, leave: "
                         "watch}`; with submit, stop, "
                         "rate, join, link, battery, replan (services/virtual/README.md)");
  const auto add = [&](const char* name, auto& value, const char* about) {
    return command.add_option(name, value, about)->needs(option);
  };
  add("--for", for_s, "of a day: it ends after so many seconds, at most 31 days, and not where the file says")
      ->between(0, virtual_mesh::kLongestDay);
  add("--planning-ms", planning_ms,
      "of a day: virtual time from a question to a plan, at most 9000: after 10 s a planner counts as gone")
      ->between(0, 9000)
      ->show_default();
  add("--quick-nodes", quick_nodes,
      "of a day: nodes of a quick search; default: as the mesh's planner, 300000")
      ->between(1, 1e9);
  add("--full-nodes", full_nodes, "of a day: nodes of a full search; default: as the mesh's planner, 2000000")
      ->between(1, 1e9);
}

Status simulate_day(const Shared& shared, const PlanningFlags& planning, const DayFlags& flags) {
  if (flags.events->empty()) return Error{ErrorCode::kInvalid, "--events names no file"};
  const auto question = planning.question(shared);
  const documents::DeployFolder deploy(question.deploy);
  const auto body = planner_offline::read_body(question);
  if (!body) return body.error();
  if (planner::find_policy(planning.policy) == nullptr)
    return Error{ErrorCode::kInvalid, unknown_name("policy", planning.policy, planner::policy_names())};
  const auto script = virtual_mesh::read_day(*flags.events, deploy, *body, flags.for_s);
  if (!script) return script.error();
  virtual_mesh::DaySettings settings;
  settings.planner.policy = planning.policy;
  if (flags.quick_nodes > 0) settings.planner.quick_nodes = flags.quick_nodes;
  if (flags.full_nodes > 0) settings.planner.full_nodes = flags.full_nodes;
  settings.planning = Duration(std::int64_t(flags.planning_ms * 1e6));
  const double begin = now_ms();
  const auto report = [&] {
    ProgressLine line(now_ms, standard_error());
    settings.tell = [&](double part) {
      line.show([&](double elapsed_ms) {
        return fixed(100 * part, 0) + " % of the day" + left_text(part, elapsed_ms);
      });
    };
    return virtual_mesh::run_day(deploy, *body, *script, settings);
  }();
  if (!report) return report.error();
  const double took_s = std::max((now_ms() - begin) / 1000, 1e-6);
  print<virtual_mesh::DayReport>(shared, *report, [](const auto& day) { return to_text(day); });
  std::fprintf(stderr, "%.3f virtual seconds in %.3f s: %.0f times as fast\n", report->until_s, took_s,
               report->until_s / took_s);
  if (report->broken.empty()) return {};
  return Error{ErrorCode::kInternal, std::to_string(report->broken.size()) +
                                         " promises of the mesh were broken; please report it with the file"};
}

}  // namespace synergy::cli
