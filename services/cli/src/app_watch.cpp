#include "app_watch.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string>

#include "synergy/base/text.hpp"
#include "synergy/cli/app_list.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/client/answer.hpp"
#include "synergy/client/report.hpp"
#include "synergy/client/table.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;

/// So many plans of a report, the newest, are asked for; of older ones what they promised is not shown.
constexpr std::size_t kPlansAskedFor = 50;
/// While somebody watches for days.
constexpr std::size_t kPlansRemembered = 100;

/// Why plans are not known, by their numbers.
using Unknown = std::map<std::uint64_t, std::string>;

/// The plans that the runs came through under. One that the store does not know, or can not read any more, is
/// left out; the answer says why.
Result<Unknown> learn_plans(Session& session, const std::vector<schemas::RunRecord>& runs, Observed& seen) {
  Unknown unknown;
  std::set<std::uint64_t> ids;
  for (const auto& run : runs)
    if (run.plan_id > 0) ids.insert(run.plan_id);
  std::size_t asked = 0;
  for (auto id = ids.rbegin(); id != ids.rend() && asked < kPlansAskedFor; ++id) {
    if (seen.known.contains(*id)) continue;
    ++asked;
    auto plan = session.ask(topics::command("store"), schemas::QueryPlan{*id});
    if (plan)
      seen.known.emplace(*id, *std::move(plan));
    else if (plan.error().code == ErrorCode::kNotFound)
      unknown.emplace(*id, plan.error().message);
    else
      return plan.error();
  }
  return unknown;
}

/// A report as lines of CSV.
struct ReportRows {
  std::vector<PlanPace> plans;
  static void fields(auto& f) { f.required("plans", &ReportRows::plans, "each plan of the runs by itself"); }
};

}  // namespace

void Observed::watch_results(bus::Participant& bus, bool show) {
  bus.subscribe<schemas::RunResult>(
      topics::result(subject), [this, show](const auto&, const schemas::RunResult& result) {
        constexpr std::size_t kShown = 5;
        lags.push_back(result.lag);
        if (!show || lags.size() > kShown) return;
        std::printf("  run %llu: %s, %s ms, %s%s\n", static_cast<unsigned long long>(result.run.key.run),
                    to_text(answer_of(pipeline(result.run.plan_id), result)).c_str(),
                    fixed(milliseconds(result.latency()), 2).c_str(), way_of(result.run.devices).c_str(),
                    result.run.generated ? ", generated noise" : "");
        if (lags.size() == kShown) std::printf("  ...\n");
      });
}

void Observed::subscribe(bus::Participant& bus) {
  follow_state<schemas::AppSet>(bus, topics::kApps, apps);
  follow_state<schemas::BodyView>(bus, topics::kBody, body);
  follow_state<schemas::MeshUse>(bus, topics::kUse, use);
  bus.subscribe<schemas::CollaborationPlan>(topics::kPlan, [this](const auto&, const auto& value) {
    plan = value;
    if (is_served()) known[value.id] = value;
    if (known.size() > kPlansRemembered) known.erase(known.begin());
  });
}

const schemas::AppStatus* Observed::find(const AppId& app) const {
  if (!apps) return nullptr;
  const auto found = std::find_if(apps->apps.begin(), apps->apps.end(),
                                  [&](const auto& status) { return status.request.app == app; });
  return found == apps->apps.end() ? nullptr : &*found;
}

const schemas::PipelinePlan* Observed::pipeline(std::uint64_t plan_id) const {
  const auto found = known.find(plan_id);
  return found == known.end() ? nullptr : found->second.find(subject);
}

ReadRuns runs_in_store(Session& session, const AppId& app) {
  return
      [&session, app](std::uint64_t first, std::uint32_t limit) -> Result<std::vector<schemas::RunRecord>> {
        auto page = session.ask(topics::command("store"), schemas::QueryRuns{app, first, limit});
        if (!page) return page.error();
        return std::move(page->runs);
      };
}

void warn_of_unknown(const std::optional<DeviceId>& device, const schemas::BodyView& body) {
  if (!device) return;
  std::vector<std::string> names;
  for (const auto& there : body.devices) names.push_back(there.id.text());
  for (const auto& absent : body.absent) names.push_back(absent.text());
  if (std::find(names.begin(), names.end(), device->text()) != names.end()) return;
  std::fprintf(stderr, "synergy: warning: %s (synergy devices lists them)\n",
               unknown_name("device", device->text(), names).c_str());
}

void warn_of_unknown(const std::optional<AppId>& app, const std::optional<schemas::AppSet>& apps) {
  if (!app || !apps) return;
  const auto is_it = [&](const auto& status) { return status.request.app == *app; };
  if (std::any_of(apps->apps.begin(), apps->apps.end(), is_it)) return;
  std::fprintf(stderr, "synergy: warning: %s\n", unknown_app(*app, apps).message.c_str());
}

Status report_on(Shared& shared, Session& session, Observed& seen, const schemas::AppStatus& app,
                 const RunSelection& selection, const std::string& labels) {
  auto selected = select_runs(runs_in_store(session, app.request.app), app.next_run, selection);
  if (!selected) return selected.error();
  if (selected->runs.empty()) warn_of_unknown(selection.device, seen.body);
  const auto unknown = learn_plans(session, selected->runs, seen);
  if (!unknown) return unknown.error();
  ReportSource source{app.request, std::move(selected->runs), seen.known, {}, seen.is_served(), seen.use,
                      labels};
  // Without a run there is nothing of another plan to lay beside the one in force.
  const bool asked_for = !selection.plan || (seen.plan && seen.plan->id == *selection.plan);
  if (seen.is_served() && asked_for) source.in_force = seen.plan;
  auto report = make_report(source);
  if (!report) return report.error();
  report->older_left_out = selected->cut && !selection.last;
  report->earlier_runs = selection.first_run;
  add_lags(seen.lags, *report);
  if (const auto why = unknown->find(report->plan_id.value_or(0)); why != unknown->end())
    std::fprintf(stderr, "synergy: warning: no prediction: %s\n", why->second.c_str());
  if (report->runs == 0 && app.next_run > 0 && (selection.since || selection.until))
    std::fprintf(stderr,
                 "synergy: no run of that time is kept by itself; where the mesh keeps old runs by hour "
                 "('mesh up --keep'): "
                 "synergy export hours --app %s\n",
                 app.request.app.text().c_str());
  print_with_rows<Report>(shared, *report, ReportRows{report->plans},
                          [](const Report& made) { return to_text(made); });
  if (report->failed > 0)
    return Error{ErrorCode::kTimeout,
                 std::to_string(report->failed) + " runs failed; synergy apps and the logs say why"};
  return {};
}

}  // namespace synergy::cli
