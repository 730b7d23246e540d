// results: what became of an app's runs, in sum or one by one.
#include <cstdio>
#include <memory>

#include "../app_watch.hpp"
#include "../run_follower.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/runtime/stop_signals.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

struct ResultsFlags {
  std::string app, labels, since;
  std::optional<std::uint64_t> last, plan;
  bool follow = false;

  [[nodiscard]] bool selects() const { return last || plan || !since.empty(); }
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
  if (flags.since.empty()) return selection;
  const auto since = parse_moment(flags.since, now);
  if (!since) return since.error().at("--since");
  selection.since = *since;
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
  if (status == nullptr)
    return Error{ErrorCode::kNotFound,
                 "there is no app '" + seen.subject.text() + "' (synergy apps lists them)"};
  return *status;
}

Status summarise(Shared& shared, const ResultsFlags& flags) {
  Observed seen;
  seen.subject = AppId(flags.app);
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) { seen.subscribe(bus); });
  if (!session) return session.error();
  const auto app = look_for(**session, seen);
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
  return flags.follow ? follow(shared, flags) : summarise(shared, flags);
}

std::string check_since(const std::string& text) {
  const auto since = parse_moment(text, HostClock().unix());
  return since ? std::string() : since.error().message;
}

}  // namespace

void add_results_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<ResultsFlags>();
  auto* command = add_command(made, [&shared, flags] { return results(shared, *flags); });
  command->add_option("APP", flags->app, "its name")->required();
  auto* labels = command->add_option("--labels", flags->labels, "right labels (.npy), for the accuracy");
  command->add_option("--last", flags->last, "of the newest so many runs, earlier submissions included")
      ->between(1, double(kMostRuns));
  command
      ->add_option(
          "--since", flags->since,
          "of runs recorded since then: how long ago (30s, 10min, 2h, 1d) or a time in UTC (2026-03-01, or "
          "'2026-03-01 14:30:00')")
      ->check(check_since);
  command->add_option("--plan", flags->plan, "of runs under this plan (synergy history lists them)")
      ->between(0, 9.2e18);
  command
      ->add_flag("--follow", flags->follow,
                 "print each result as it comes, until the app ends or Ctrl-C; with --last, --since or "
                 "--plan those runs first")
      ->excludes(labels);
}

}  // namespace synergy::cli
