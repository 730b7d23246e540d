// results: what became of an app's runs, in sum or one by one.
#include <cstdio>
#include <memory>

#include "../app_watch.hpp"
#include "../run_follower.hpp"
#include "flags.hpp"
#include "synergy/cli/app_list.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/runtime/stop_signals.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

struct ResultsFlags {
  std::string app, labels, since, until, device;
  std::optional<std::uint64_t> last, plan;
  bool follow = false, wait = false;

  [[nodiscard]] bool selects() const {
    return last || plan || !since.empty() || !until.empty() || !device.empty();
  }
};

/// What the flags say. Without any it is the present submission.
Result<RunSelection> selection_of(const ResultsFlags& flags, const schemas::AppStatus& app, UnixTime now) {
  RunSelection selection;
  if (!flags.selects()) {
    selection.first_run = app.first_run;
    return selection;
  }
  selection.plan = flags.plan;
  selection.last = flags.last;
  if (!flags.device.empty()) selection.device = DeviceId(flags.device);
  const auto times = parse_time_range(flags.since, flags.until, now);
  if (!times) return times.error();
  selection.since = times->since;
  selection.until = times->until;
  return selection;
}

/// Waits a little for the states that a report needs. Fails with kNotFound where there is no such app.
Result<schemas::AppStatus> look_for(Session& session, Observed& seen) {
  (void)session.wait_until(
      [&] { return seen.status() != nullptr && seen.plan && !seen.body.devices.empty(); },
      std::chrono::seconds(1));
  if (!seen.apps)
    return Error{ErrorCode::kUnavailable,
                 "the dispatcher says nothing of its apps; synergy services tells whether it is there"};
  const auto* status = seen.status();
  if (status == nullptr) return unknown_app(seen.subject, seen.apps);
  return *status;
}

bool has_ended(const schemas::AppStatus& app) { return app.phase != schemas::AppPhase::kRunning; }

/// How long the store may take to keep the last runs of an app that has ended.
constexpr auto kUntilKept = std::chrono::seconds(5);

/// Until the app has ended, as long as it takes, and its last run is kept. Once `stop` has come: the app as
/// it is.
Result<schemas::AppStatus> wait_for_end(Session& session, Observed& seen, const schemas::AppStatus& app,
                                        runtime::StopRequest& stop) {
  if (!has_ended(app) && app.request.runs == 0)
    std::fprintf(stderr, "app %s runs until it is stopped; Ctrl-C: report on the runs so far\n",
                 app.request.app.text().c_str());
  (void)session.wait_until(
      [&] { return stop.came() || seen.status() == nullptr || has_ended(*seen.status()); }, Duration::max());
  const auto now = seen.status() == nullptr ? app : *seen.status();
  if (!has_ended(now) || now.next_run == now.first_run) return now;
  const auto read = runs_in_store(session, now.request.app);
  const HostClock clock;
  for (const auto end = clock.monotonic() + kUntilKept; clock.monotonic() < end && !stop.came();) {
    const auto last = read(now.next_run - 1, 1);
    if (last && !last->empty()) break;
    (void)session.wait_until([&] { return stop.came(); }, std::chrono::milliseconds(50));
  }
  return now;
}

Status summarise(Shared& shared, const ResultsFlags& flags) {
  std::optional<runtime::StopRequest> stop;  // before the bus starts its threads
  if (flags.wait) stop.emplace();
  Observed seen;
  seen.subject = AppId(flags.app);
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) { seen.subscribe(bus); });
  if (!session) return session.error();
  auto app = look_for(**session, seen);
  if (app && stop) app = wait_for_end(**session, seen, *app, *stop);
  if (!app) return app.error();
  const auto selection = selection_of(flags, *app, (*session)->bus().broker_time());
  if (!selection) return selection.error();
  return report_on(shared, **session, seen, *app, *selection, flags.labels);
}

/// The selected runs first, where any are selected; then what comes.
Status follow(Shared& shared, const ResultsFlags& flags) {
  runtime::StopRequest stop;  // before the bus starts its threads
  Observed seen;
  seen.subject = AppId(flags.app);
  RunFollower follower(shared, seen);
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) { follower.subscribe(bus); });
  if (!session) return session.error();
  const auto since = (*session)->bus().broker_time();
  const auto app = look_for(**session, seen);
  if (!app) return app.error();
  const auto selection = selection_of(flags, *app, since);
  if (!selection) return selection.error();
  follower.begin(*app, since, flags.plan);
  if (flags.selects()) {
    const auto selected = select_runs(runs_in_store(**session, app->request.app), app->next_run, *selection);
    if (!selected) return selected.error();
    follower.show_earlier(selected->runs);
  }
  (void)(*session)->wait_until(
      [&] {
        follower.tick(**session);
        return stop.came() || follower.has_ended();
      },
      Duration::max());
  if (follower.has_ended())
    std::fprintf(stderr, "app %s is %s; nothing more comes of it\n", flags.app.c_str(),
                 std::string(name_of(seen.status()->phase)).c_str());
  return {};
}

Status results(Shared& shared, const ResultsFlags& flags) {
  if (shared.output != nullptr && (flags.follow || flags.wait))
    return Error{ErrorCode::kInvalid,
                 "--watch looks again and again by itself: leave --follow and --wait out"};
  return flags.follow ? follow(shared, flags) : summarise(shared, flags);
}

}  // namespace

void add_results_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<ResultsFlags>();
  auto* command = add_state_command(made, [&shared, flags] { return results(shared, *flags); });
  command->add_option("APP", flags->app, "its name")->required();
  auto* labels = command->add_option("--labels", flags->labels, "right labels (.npy), for the accuracy");
  command
      ->add_option("--last,--limit", flags->last, "of the newest so many runs, earlier submissions included")
      ->between(1, double(kMostRuns));
  add_time_options(*command, flags->since, flags->until, "of runs recorded");
  command->add_option("--device", flags->device, "of runs that crossed this device");
  command->add_option("--plan", flags->plan, "of runs under this plan (synergy history lists them)")
      ->between(0, 9.2e18);
  auto* wait = command->add_flag("--wait", flags->wait,
                                 "wait until the app has ended; Ctrl-C: report on the runs so far");
  command
      ->add_flag(
          "--follow", flags->follow,
          "print each result as it comes, until the app ends or Ctrl-C; with --last, --since, --until, "
          "--device or --plan those runs first")
      ->excludes(labels)
      ->excludes(wait);
}

}  // namespace synergy::cli
