#include "app_watch.hpp"

#include <algorithm>
#include <cstdio>

#include "synergy/cli/report.hpp"
#include "synergy/cli/table.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;

Result<std::vector<schemas::RunRecord>> read_runs(Session& session, const AppId& app, std::uint64_t first) {
  std::vector<schemas::RunRecord> runs;
  constexpr std::uint32_t kPage = 1000;
  while (true) {
    auto page = session.ask(topics::command("store"), schemas::QueryRuns{app, first, kPage});
    if (!page) return page.error();
    runs.insert(runs.end(), page->runs.begin(), page->runs.end());
    if (page->runs.size() < kPage) return runs;
    first = page->runs.back().run + 1;
  }
}

}  // namespace

void Observed::watch_results(bus::Participant& bus, bool show) {
  bus.subscribe<schemas::RunResult>(topics::result(subject), [this, show](const auto&,
                                                                          const schemas::RunResult& result) {
    constexpr std::size_t kShown = 5;
    lags.push_back(result.lag);
    if (!show || lags.size() > kShown) return;
    std::printf("  run %llu: %s (score %d), %s ms, %s\n", static_cast<unsigned long long>(result.run.key.run),
                result.label_name.empty() ? std::to_string(result.label).c_str() : result.label_name.c_str(),
                result.score, fixed(milliseconds(result.latency()), 2).c_str(),
                way_of(result.run.devices).c_str());
    if (lags.size() == kShown) std::printf("  ...\n");
  });
}

void Observed::subscribe(bus::Participant& bus) {
  follow_state<schemas::AppSet>(bus, topics::kApps, apps);
  follow_state<schemas::BodyView>(bus, topics::kBody, body);
  bus.subscribe<schemas::CollaborationPlan>(topics::kPlan, [this](const auto&, const auto& value) {
    plan_heard = true;
    if (value.find(subject) != nullptr) plan = value;
  });
}

const schemas::AppStatus* Observed::find(const AppId& app) const {
  const auto found =
      std::find_if(apps.apps.begin(), apps.apps.end(), [&](const auto& s) { return s.request.app == app; });
  return found == apps.apps.end() ? nullptr : &*found;
}

Status report_on(Shared& shared, Session& session, const Observed& seen, const schemas::AppStatus& app,
                 const std::string& labels) {
  const auto runs = read_runs(session, app.request.app, app.first_run);
  if (!runs) return runs.error();
  auto report = make_report(app.request, *runs, seen.plan, seen.body, labels);
  if (!report) return report.error();
  add_lags(seen.lags, *report);
  print<Report>(shared, *report, to_text);
  if (report->failed > 0)
    return Error{ErrorCode::kTimeout,
                 std::to_string(report->failed) + " runs failed; synergy apps and the logs say why"};
  return {};
}

}  // namespace synergy::cli
