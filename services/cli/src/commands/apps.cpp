// submit, stop, apps, results.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "planning_flags.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/report.hpp"
#include "synergy/cli/session.hpp"
#include "synergy/cli/table.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;

struct SubmitFlags {
  std::vector<std::string> files;
  std::string labels;
  bool follow = false;
  std::optional<double> rate;
};

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

/// The states a report needs, kept up to date while the session lasts.
struct Observed {
  schemas::AppSet apps;
  schemas::CollaborationPlan plan;
  schemas::BodyView body;
  std::vector<Duration> lags;

  /// Takes note of an app's results as they arrive, and shows the first few to people.
  void watch_results(bus::Participant& bus, const AppId& app, bool show) {
    bus.subscribe<schemas::RunResult>(
        topics::result(app), [this, show](const auto&, const schemas::RunResult& result) {
          constexpr std::size_t kShown = 5;
          lags.push_back(result.lag);
          if (!show || lags.size() > kShown) return;
          std::string path;
          for (const auto& device : result.run.devices) path += (path.empty() ? "" : " > ") + device.text();
          std::printf(
              "  run %llu: %s (score %d), %s ms, %s\n", static_cast<unsigned long long>(result.run.key.run),
              result.label_name.empty() ? std::to_string(result.label).c_str() : result.label_name.c_str(),
              result.score, fixed(double(result.latency().count()) * 1e-6, 2).c_str(), path.c_str());
          if (lags.size() == kShown) std::printf("  ...\n");
        });
  }

  void subscribe(bus::Participant& bus) {
    bus.subscribe<schemas::AppSet>(topics::kApps,
                                   [this](const auto&, const schemas::AppSet& value) { apps = value; });
    bus.subscribe<schemas::CollaborationPlan>(topics::kPlan,
                                              [this](const auto&, const auto& value) { plan = value; });
    bus.subscribe<schemas::BodyView>(topics::kBody, [this](const auto&, const auto& value) { body = value; });
  }
  [[nodiscard]] const schemas::AppStatus* find(const AppId& app) const {
    const auto found =
        std::find_if(apps.apps.begin(), apps.apps.end(), [&](const auto& s) { return s.request.app == app; });
    return found == apps.apps.end() ? nullptr : &*found;
  }
};

Status report_on(Shared& shared, Session& session, const Observed& seen, const AppId& app,
                 std::uint64_t first, const std::string& labels) {
  const auto runs = read_runs(session, app, first);
  if (!runs) return runs.error();
  auto report = make_report(app, *runs, seen.plan, seen.body, labels);
  if (!report) return report.error();
  add_lags(seen.lags, *report);
  print<Report>(shared, *report, to_text);
  if (report->failed > 0)
    return Error{ErrorCode::kTimeout,
                 std::to_string(report->failed) + " runs failed; synergy apps and the logs say why"};
  return {};
}

/// Waits until the app's runs have ended, showing how many have.
Status follow(Shared& shared, Session& session, const Observed& seen, const schemas::AppSubmitted& submitted,
              const std::string& labels) {
  std::uint64_t shown = 0;
  const bool progress = !shared.json && ::isatty(STDERR_FILENO) != 0;
  const auto ended = [&] {
    const auto* status = seen.find(submitted.app);
    if (status == nullptr || status->first_run != submitted.first_run) return false;
    const auto count = status->completed + status->failed;
    if (count != shown && progress) {
      std::fprintf(stderr, "\r%llu of %llu runs ", static_cast<unsigned long long>(count),
                   static_cast<unsigned long long>(status->request.runs));
      shown = count;
    }
    return status->phase != schemas::AppPhase::kRunning;
  };
  (void)session.wait_until(ended, Duration::max());  // Ctrl-C ends it
  if (progress) std::fprintf(stderr, "\n");
  return report_on(shared, session, seen, submitted.app, submitted.first_run, labels);
}

Status submit_one(Shared& shared, const SubmitFlags& flags, const schemas::AppRequest& request) {
  if (flags.follow && request.runs == 0)
    return Error{
        ErrorCode::kInvalid,
        "app '" + request.app.text() + "': --follow needs an app with 'runs'; this one runs until stopped"};
  Observed seen;
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) {
    seen.subscribe(bus);
    if (flags.follow) seen.watch_results(bus, request.app, !shared.json);
  });
  if (!session) return session.error();
  const auto submitted = (*session)->ask(topics::command("dispatcher"), schemas::AppSubmit{request});
  if (!submitted) return submitted.error();
  if (flags.follow && !shared.json)
    std::printf("app %s accepted, served by plan %llu\n", submitted->app.text().c_str(),
                static_cast<unsigned long long>(submitted->plan_id));
  if (flags.follow) return follow(shared, **session, seen, *submitted, flags.labels);
  print<schemas::AppSubmitted>(shared, *submitted, [](const auto& done) {
    return "app " + done.app.text() + " accepted, served by plan " + std::to_string(done.plan_id) +
           " from run " + std::to_string(done.first_run) + " on, " + fixed(done.rate, 2) + " runs/s\n";
  });
  return {};
}

Status submit(Shared& shared, const SubmitFlags& flags) {
  const auto requests = documents::read_apps({flags.files.begin(), flags.files.end()});
  if (!requests) return requests.error();
  if (flags.follow && requests->size() > 1)
    return Error{ErrorCode::kInvalid, "--follow follows one app; submit the others before"};
  for (auto request : *requests) {
    if (flags.rate) request.rate = *flags.rate;
    if (auto status = submit_one(shared, flags, request); !status) return status;
  }
  return {};
}

Status stop(Shared& shared, const std::string& app) {
  auto session = Session::open(shared.run_folder);
  if (!session) return session.error();
  const auto stopped = (*session)->ask(topics::command("dispatcher"), schemas::AppStop{AppId(app)});
  if (!stopped) return stopped.error();
  print<schemas::AppStopped>(shared, *stopped,
                             [](const auto& done) { return "app " + done.app.text() + " stopped\n"; });
  return {};
}

std::string apps_table(const schemas::AppSet& set) {
  if (set.apps.empty()) return "no apps yet; submit one: synergy submit deploy/apps/digits.yaml\n";
  Table table(
      {"APP", "PHASE", "MODEL", "SENSING", "INTERACTION", "PLAN", "RATE", "RUNS", "FAILED", "REASON"});
  const auto end = [](const schemas::Requirement& r) {
    return r.needs + (r.on.empty() ? "" : "@" + r.on.text());
  };
  for (const auto& app : set.apps)
    table.add(
        {app.request.app.text(), app.is_waiting() ? "waiting" : std::string(schemas::name_of(app.phase)),
         app.request.model.text(), end(app.request.sensing), end(app.request.interaction),
         std::to_string(app.plan_id), app.request.rate > 0 ? fixed(app.request.rate, 2) : "-",
         std::to_string(app.completed) + (app.request.runs > 0 ? "/" + std::to_string(app.request.runs) : ""),
         std::to_string(app.failed), app.reason});
  return table.text();
}

Status results(Shared& shared, const std::string& app, const std::string& labels) {
  Observed seen;
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) { seen.subscribe(bus); });
  if (!session) return session.error();
  (void)(*session)->wait_until([&] { return seen.find(AppId(app)) != nullptr; }, std::chrono::seconds(1));
  const auto* status = seen.find(AppId(app));
  if (status == nullptr)
    return Error{ErrorCode::kNotFound, "there is no app '" + app + "' (synergy apps lists them)"};
  return report_on(shared, **session, seen, AppId(app), status->first_run, labels);
}

}  // namespace

void add_app_commands(CLI::App& program, Shared& shared) {
  auto flags = std::make_shared<SubmitFlags>();
  auto* submit_command =
      add_command(program, shared, "submit", "Publish an app request and wait for the mesh's word on it",
                  [&shared, flags] { return submit(shared, *flags); });
  submit_command
      ->add_option("FILE", flags->files, "app files, e.g. deploy/apps/digits.yaml, or folders of them")
      ->required();
  submit_command->add_flag("--follow", flags->follow, "wait until all runs have ended, then report on them");
  submit_command
      ->add_option_function<double>(
          "--rate", [flags](double rate) { flags->rate = rate; },
          "runs per second wanted, and started at most (default: as the file says); an app that runs may be "
          "submitted again with another rate")
      ->check(number_between(1e-6, 1e9));
  submit_command->add_option("--labels", flags->labels,
                             "with --follow: right labels (.npy), for the accuracy");

  auto app = std::make_shared<std::string>();
  add_command(program, shared, "stop", "Stop an app", [&shared, app] { return stop(shared, *app); })
      ->add_option("APP", *app, "its name")
      ->required();

  add_command(program, shared, "apps", "List apps: phase, plan, runs", [&shared]() -> Status {
    const auto set = read_state<schemas::AppSet>(shared.run_folder, topics::kApps);
    if (!set) return set.error();
    print<schemas::AppSet>(shared, *set, apps_table);
    return {};
  });

  auto labels = std::make_shared<std::string>();
  auto* results_command =
      add_command(program, shared, "results", "Report on an app's runs: accuracy, rate, latency, energy",
                  [&shared, app, labels] { return results(shared, *app, *labels); });
  results_command->add_option("APP", *app, "its name")->required();
  results_command->add_option("--labels", *labels, "right labels (.npy), for the accuracy");
}

}  // namespace synergy::cli
