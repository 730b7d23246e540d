// submit, stop, apps.
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "../app_watch.hpp"
#include "../run_follower.hpp"
#include "flags.hpp"
#include "synergy/cli/app_list.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/patience.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/table.hpp"
#include "synergy/client/trouble.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/runtime/stop_signals.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/app_reasons.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;

struct SubmitFlags {
  std::vector<std::string> files;
  std::string labels;
  bool follow = false, dry_run = false;
  std::optional<double> rate;
};

/// Ctrl-C ends the command; the app goes on.
void say_runs_on(const AppId& app) {
  std::fprintf(stderr, "app %s runs on; synergy results %s reports on it, synergy stop %s stops it\n",
               app.text().c_str(), app.text().c_str(), app.text().c_str());
}

/// Waits until the app's runs have ended, showing how many have.
Status wait_and_report(Shared& shared, Session& session, Observed& seen, runtime::StopRequest& stop,
                       const schemas::AppSubmitted& submitted, const std::string& labels) {
  std::uint64_t shown = 0;
  const bool progress = !shared.json && ::isatty(STDERR_FILENO) != 0;
  const auto ended = [&] {
    const auto* status = seen.status();
    if (status == nullptr || status->first_run != submitted.first_run) return stop.came();
    const auto count = status->completed + status->failed;
    if (count != shown && progress) {
      std::fprintf(stderr, "\r%llu of %llu runs ", static_cast<unsigned long long>(count),
                   static_cast<unsigned long long>(status->request.runs));
      shown = count;
    }
    return status->phase != schemas::AppPhase::kRunning || stop.came();
  };
  (void)session.wait_until(ended, Duration::max());
  if (progress) std::fprintf(stderr, "\n");
  const auto* status = seen.status();
  if (stop.came() && (status == nullptr || status->phase == schemas::AppPhase::kRunning)) {
    say_runs_on(submitted.app);
    return {};
  }
  RunSelection selection;
  selection.first_run = status->first_run;
  selection.last = std::clamp(status->request.runs, kUsualRuns, kMostRuns);
  return report_on(shared, session, seen, *status, selection, labels);
}

struct Submissions {
  std::vector<schemas::AppSubmitted> apps;
  static void fields(auto& f) {
    f.required("apps", &Submissions::apps, "accepted, in the order of the files");
  }
};

std::string accepted_text(const schemas::AppSubmitted& done) {
  if (done.plan_id == 0)
    return "app " + done.app.text() + " is accepted already, and no plan serves it now\n" +
           warning_lines(done.warnings);
  return "app " + done.app.text() + " accepted, served by plan " + std::to_string(done.plan_id) +
         " from run " + std::to_string(done.first_run) + " on, " + fixed(done.rate, 2) + " runs/s\n" +
         (done.changes.empty() ? "" : "rates of the others:\n" + changes_text(done.changes)) +
         warning_lines(done.warnings);
}

/// Submits on a session that knows when to stop.
Result<schemas::AppSubmitted> submit_on(Shared& shared, Session& session, runtime::StopRequest& stop,
                                        const schemas::AppRequest& request) {
  auto submitted = AskDispatcher(session, [&] { return stop.came(); })(schemas::AppSubmit{request});
  if (submitted && !shared.json) put(shared, accepted_text(*submitted));
  std::fflush(stdout);
  return submitted;
}

Status submit_and_report(Shared& shared, const schemas::AppRequest& request, const std::string& labels) {
  runtime::StopRequest stop;  // before the bus starts its threads
  Observed seen;
  seen.subject = request.app;
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) {
    seen.subscribe(bus);
    seen.watch_results(bus, !shared.json);
  });
  if (!session) return session.error();
  const auto submitted = submit_on(shared, **session, stop, request);
  if (!submitted) return submitted.error();
  return wait_and_report(shared, **session, seen, stop, *submitted, labels);
}

/// An app without an end: its results one by one, until Ctrl-C.
Status submit_and_watch(Shared& shared, const schemas::AppRequest& request) {
  runtime::StopRequest stop;  // before the bus starts its threads
  Observed seen;
  seen.subject = request.app;
  RunFollower follower(shared, seen);
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) { follower.subscribe(bus); });
  if (!session) return session.error();
  const auto submitted = submit_on(shared, **session, stop, request);
  if (!submitted) return submitted.error();
  const auto since = (*session)->bus().broker_time();
  const auto* status = seen.status();
  schemas::AppStatus begun;
  begun.first_run = begun.next_run = submitted->first_run;
  follower.begin(status != nullptr && status->first_run == submitted->first_run ? *status : begun, since, {});
  (void)(*session)->wait_until(
      [&] {
        follower.tick(**session);
        return stop.came() || follower.has_ended();
      },
      Duration::max());
  if (follower.has_ended())
    std::fprintf(stderr, "app %s is %s\n", submitted->app.text().c_str(),
                 std::string(name_of(seen.status()->phase)).c_str());
  else
    say_runs_on(submitted->app);
  return {};
}

/// The error, and which apps it left out.
Error with_rest(Error error, const std::vector<schemas::AppRequest>& requests, std::size_t from,
                const std::string& what) {
  for (auto k = from; k < requests.size(); ++k)
    error.message += (k == from ? " (" + what + ": " : ", ") + requests[k].app.text();
  if (from < requests.size()) error.message += ")";
  return error;
}

/// One after the other; what was accepted is shown even where the next is not. Several are one list of JSON.
Status submit_all(Shared& shared, const std::vector<schemas::AppRequest>& requests) {
  auto session = Session::open(shared.run_folder);
  if (!session) return session.error();
  AskDispatcher ask(**session);
  Submissions accepted;
  Status status;
  for (const auto& request : requests) {
    auto submitted = ask(schemas::AppSubmit{request});
    if (!submitted) {
      const auto next = std::size_t(&request - requests.data()) + 1;
      status = requests.size() == 1 ? submitted.error()
                                    : with_rest(submitted.error().at("app '" + request.app.text() + "'"),
                                                requests, next, "not submitted");
      break;
    }
    if (!shared.json || requests.size() == 1) print<schemas::AppSubmitted>(shared, *submitted, accepted_text);
    accepted.apps.push_back(*submitted);
  }
  if (shared.json && requests.size() > 1) print<Submissions>(shared, accepted, {});
  return status;
}

struct Forecasts {
  std::vector<schemas::AppForecast> apps;
  static void fields(auto& f) {
    f.required("apps", &Forecasts::apps, "each by itself beside what runs, in the order of the files");
  }
};

/// Each by itself beside what runs; the first that would be rejected ends it.
Status try_all(Shared& shared, const std::vector<schemas::AppRequest>& requests) {
  auto session = Session::open(shared.run_folder);
  if (!session) return session.error();
  AskDispatcher ask(**session);
  Forecasts forecasts;
  Status status;
  for (const auto& request : requests) {
    auto forecast = ask(schemas::AppTry{request});
    if (!forecast) {
      const bool rejected = forecast.error().code == ErrorCode::kNoFit;
      const auto next = std::size_t(&request - requests.data()) + 1;
      status = with_rest(
          forecast.error().at("app '" + request.app.text() + (rejected ? "' would be rejected" : "'")),
          requests, next, "not asked about");
      break;
    }
    if (!shared.json || requests.size() == 1)
      print<schemas::AppForecast>(shared, *forecast, [](const auto& told) { return to_text(told); });
    forecasts.apps.push_back(std::move(*forecast));
  }
  if (shared.json && requests.size() > 1) print<Forecasts>(shared, forecasts, {});
  return status;
}

Status submit(Shared& shared, const SubmitFlags& flags) {
  auto requests = documents::read_apps({flags.files.begin(), flags.files.end()});
  if (!requests) return requests.error();
  if (flags.follow && requests->size() > 1)
    return Error{ErrorCode::kInvalid, "--follow follows one app; submit the others before"};
  for (auto& request : *requests)
    if (flags.rate) request.rate = *flags.rate;
  if (flags.dry_run) return try_all(shared, *requests);
  if (!flags.follow) return submit_all(shared, *requests);
  if (requests->front().runs > 0) return submit_and_report(shared, requests->front(), flags.labels);
  if (!flags.labels.empty())
    return Error{ErrorCode::kInvalid,
                 "--labels needs an app with 'runs'; app '" + requests->front().app.text() +
                     "' runs until stopped: synergy results --labels reports on what ended"};
  return submit_and_watch(shared, requests->front());
}

/// The app's reason where it is not that somebody stopped it: that is not kept yet, for one.
std::string stopped_text(const AppId& app, const Observed& seen) {
  const auto* status = seen.find(app);
  const bool plain =
      status == nullptr || status->reason.empty() || status->reason == schemas::kStoppedOnRequest;
  return "app " + app.text() + " stopped" + (plain ? "" : ": " + status->reason) + "\n";
}

Status stop(Shared& shared, const std::string& app) {
  Observed seen;
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) {
    follow_state<schemas::AppSet>(bus, topics::kApps, seen.apps);
  });
  if (!session) return session.error();
  const auto stopped = AskDispatcher(**session)(schemas::AppStop{AppId(app)});
  if (!stopped && stopped.error().code == ErrorCode::kNotFound && seen.apps)
    return unknown_app(AppId(app), seen.apps);
  if (!stopped) return stopped.error();
  print<schemas::AppStopped>(shared, *stopped,
                             [&](const auto& done) { return stopped_text(done.app, seen); });
  return {};
}

/// The apps, and whatever is wrong with the mesh that serves them.
Status list(Shared& shared) {
  std::optional<schemas::AppSet> apps;
  std::optional<schemas::ServiceList> services;
  std::optional<schemas::CollaborationPlan> plan;
  std::optional<schemas::MeshUse> use;
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) {
    follow_state<schemas::AppSet>(bus, topics::kApps, apps);
    follow_state<schemas::ServiceList>(bus, topics::kServices, services);
    follow_state<schemas::MeshUse>(bus, topics::kUse, use);
    follow_state<schemas::CollaborationPlan>(bus, topics::kPlan, plan);
  });
  if (!session) return session.error();
  const auto any_planned = [&] {
    return std::any_of(apps->apps.begin(), apps->apps.end(),
                       [](const auto& app) { return app.plan_id != 0; });
  };
  (void)(*session)->wait_until([&] { return apps && services && (!any_planned() || (plan && use)); },
                               std::chrono::seconds(1));
  if (!apps)
    return Error{ErrorCode::kUnavailable, "nothing is published on '" + std::string(topics::kApps) + "' yet"};
  const auto list = list_apps(*apps, plan ? &*plan : nullptr, use ? &*use : nullptr);
  print_with_rows<AppList>(shared, list, rows_of(list),
                           [&](const AppList& told) { return to_text(told, shared.colours); });
  if (shared.json) return {};
  for (const auto& app : apps->apps)
    if (const auto* served =
            plan && app.phase == schemas::AppPhase::kRunning ? plan->find(app.request.app) : nullptr)
      put(shared, warning_lines(warnings_on_input(*served)));
  if (services)
    for (const auto& line : troubles(*services)) put(shared, line + "\n");
  return {};
}

}  // namespace

void add_submit_command(const NewCommand& made) {
  auto flags = std::make_shared<SubmitFlags>();
  auto* command = add_command(made, [&shared = made.shared, flags] { return submit(shared, *flags); });
  command->add_option("FILE", flags->files, "app files, e.g. deploy/apps/digits.yaml, or folders of them")
      ->required();
  auto* follow = command->add_flag(
      "--follow", flags->follow,
      "wait until all runs have ended, then report on them; of an app without an end print each "
      "result as it comes. Ctrl-C leaves the app running");
  command
      ->add_flag("--dry-run", flags->dry_run,
                 "only say what would come of it: the app's rate, the rates of the others, power and hours; "
                 "nothing is stored or deployed. Of several apps, each by itself beside what runs")
      ->excludes(follow);
  command
      ->add_option(
          "--rate", flags->rate,
          "runs per second wanted, and started at most (default: as the file says); an app that runs may be "
          "submitted again with another rate")
      ->between(1e-6, 1e9);
  command->add_option("--labels", flags->labels, "with --follow: right labels (.npy), for the accuracy");
}

void add_stop_command(const NewCommand& made) {
  auto app = std::make_shared<std::string>();
  add_command(made, [&shared = made.shared, app] { return stop(shared, *app); })
      ->add_option("APP", *app, "its name")
      ->required();
}

void add_apps_command(const NewCommand& made) {
  add_state_command(made, [&shared = made.shared] { return list(shared); });
}

}  // namespace synergy::cli
