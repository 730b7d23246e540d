// bench live: a running mesh beside its plans' predictions, policy by policy.
#include <memory>

#include "../reference_results.hpp"
#include "flags.hpp"
#include "synergy/base/places.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/live_bench.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/client/patience.hpp"
#include "synergy/client/session.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/runtime/stop_signals.hpp"
#include "synergy/schemas/plan_commands.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;

struct LiveFlags {
  std::vector<std::string> apps,
      policies{"optimal", "optimal-mixed", "synergy", "pri-min-dev", "pri-max-dev"};
  double seconds = 60, warm_up = 5;
  bool check = false, own_rates = false;
};

/// What is heard of the mesh while the bench lasts.
class Heard {
 public:
  void subscribe(bus::Participant& bus) {
    follow_state<schemas::BodyView>(bus, topics::kBody, body);
    follow_state<schemas::AppSet>(bus, topics::kApps, apps);
    bus.subscribe<schemas::CollaborationPlan>(topics::kPlan, [this](const auto&, const auto& plan) {
      if (samples != nullptr && plan.id != plan_id) replaced = true;
    });
    bus.subscribe<schemas::RunResult>(topics::kResultPrefix, [this](const auto&, const auto& result) {
      if (samples == nullptr || result.run.plan_id != plan_id) return;
      samples->add(result, clock.monotonic());
      if (check) results.push_back(result);
    });
    bus.subscribe<schemas::Health>(topics::kHealthPrefix, [this](const auto&, const auto& health) {
      if (samples != nullptr) samples->add(health, clock.monotonic());
    });
    bus.subscribe<schemas::RunFailed>(topics::kFailedPrefix, [this](const auto&, const auto&) {
      if (samples != nullptr) samples->fail();
    });
  }
  HostClock clock;
  schemas::BodyView body;
  std::optional<schemas::AppSet> apps;
  LiveSamples* samples = nullptr;  ///< where results of plan `plan_id` go
  std::uint64_t plan_id = 0;
  bool replaced = false;  ///< by another plan, meanwhile
  bool check = false;
  std::vector<schemas::RunResult> results;
};

Status submit_all(Session& session, const std::vector<schemas::AppRequest>& requests, bool own_rates) {
  AskDispatcher ask(session);
  for (auto request : requests) {
    request.runs = 0;
    if (!own_rates) request.rate = 0;
    const auto done = ask(schemas::AppSubmit{request});
    if (!done) return done.error().at("app '" + request.app.text() + "'");
  }
  return {};
}

void stop_all(Session& session, const std::vector<schemas::AppRequest>& requests) {
  AskDispatcher ask(session);
  for (const auto& request : requests) (void)ask(schemas::AppStop{request.app});
}

/// Waits so long, unless the user asks to stop, and tells of it.
void wait(Session& session, runtime::StopRequest& stop, double seconds, const std::string& why) {
  ProgressLine line(now_ms, standard_error());
  (void)session.wait_until(
      [&] {
        line.show_time(why, 1000 * seconds);
        return stop.came();
      },
      from_seconds(seconds));
}

LivePolicy measure(Session& session, Heard& heard, runtime::StopRequest& stop, const std::string& policy,
                   const LiveFlags& flags) {
  LivePolicy none;
  none.policy = policy;
  const auto plan = AskDispatcher(session)(schemas::PlanAgain{policy, true});
  if (!plan)
    none.reason = plan.error().message;
  else if (!plan->left_out.empty())
    none.reason = plan->left_out.front().reason;
  if (!none.reason.empty()) return none;
  const auto what = policy + ": plan " + std::to_string(plan->id) + ", " + fixed(plan->rounds_per_second, 3) +
                    " rounds/s computed; ";
  wait(session, stop, flags.warm_up, what + "warming up");
  LiveSamples samples;
  heard.plan_id = plan->id;
  heard.replaced = false;
  heard.samples = &samples;
  wait(session, stop, flags.seconds, what + "measuring");
  heard.samples = nullptr;
  none.reason = stop.came()      ? "stopped while it was measured"
                : heard.replaced ? "another plan came into force while it was measured (synergy history)"
                                 : "";
  if (!none.reason.empty()) return none;
  return measure_live(*plan, samples, heard.body);
}

std::optional<double> times(std::optional<double> value, std::optional<double> first) {
  if (!value || !first || *first <= 0) return {};
  return *value / *first;
}

Status check_flags(const LiveFlags& flags) {
  for (const auto& policy : flags.policies)
    if (planner::find_policy(policy) == nullptr)
      return Error{ErrorCode::kInvalid, unknown_name("policy", policy, planner::policy_names())};
  return {};
}

Status run_live_bench(const Shared& shared, const LiveFlags& flags) {
  if (auto status = check_flags(flags); !status) return status;
  const auto requests = documents::read_apps({flags.apps.begin(), flags.apps.end()});
  if (!requests) return requests.error();
  Heard heard;
  heard.check = flags.check;
  runtime::StopRequest stop;
  auto opened = Session::open(shared.run_folder, [&](bus::Participant& bus) { heard.subscribe(bus); });
  if (!opened) return opened.error();
  auto& session = **opened;
  if (!session.wait_until([&] { return heard.apps.has_value() && !heard.body.devices.empty(); },
                          std::chrono::seconds(3)))
    return Error{ErrorCode::kUnavailable,
                 "the dispatcher or the monitor says nothing; see " + Places::here().script + " ps"};
  for (const auto& app : heard.apps->apps)
    if (app.phase == schemas::AppPhase::kRunning)
      return Error{ErrorCode::kConflict, "app '" + app.request.app.text() +
                                             "' is running and would be measured with; stop it first "
                                             "(synergy stop " +
                                             app.request.app.text() + ")"};
  const documents::DeployFolder deploy(shared.deploy_folder);
  if (flags.check)  // what can not be checked afterwards is said before
    if (const auto ready = compare_with_whole_networks(deploy, heard.body, *requests, {}); !ready)
      return ready.error();
  if (auto status = submit_all(session, *requests, flags.own_rates); !status) {
    stop_all(session, *requests);
    return status;
  }
  LiveReport report{heard.body.name, heard.body.link.name, heard.body.time_scale, flags.seconds, {}, 0, 0};
  for (const auto& policy : flags.policies) {
    if (stop.came()) break;
    auto line = measure(session, heard, stop, policy, flags);
    const auto& first = report.policies.empty() ? line : report.policies.front();
    line.times_first = times(line.rounds_per_second, first.rounds_per_second);
    line.predicted_times_first = times(line.predicted_rounds_per_second, first.predicted_rounds_per_second);
    report.policies.push_back(std::move(line));
  }
  stop_all(session, *requests);
  if (flags.check) {
    const auto compared = compare_with_whole_networks(deploy, heard.body, *requests, heard.results);
    if (!compared) return compared.error();
    report.checked = compared->checked;
    report.different = compared->different;
  }
  print<LiveReport>(shared, report, [](const LiveReport& made) { return to_text(made); });
  if (report.different > 0)
    return Error{ErrorCode::kConflict,
                 std::to_string(report.different) + " results are not those of the network"};
  if (stop.came()) return Error{ErrorCode::kConflict, "stopped before all policies were measured"};
  return {};
}

}  // namespace

void add_live_bench_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<LiveFlags>();
  auto* command = add_command(made, [&shared, flags] { return run_live_bench(shared, *flags); });
  command->add_option("--app", flags->apps, "app files or folders of them; may be given several times")
      ->required();
  command
      ->add_option("--policy", flags->policies, "policies, the first of which is the measure of the others")
      ->show_default();
  command->add_option("--seconds", flags->seconds, "host time of each measurement")
      ->between(0.1, 86400)
      ->show_default();
  command->add_option("--warm-up", flags->warm_up, "host time before it")->between(0, 3600)->show_default();
  command->add_flag("--own-rates", flags->own_rates,
                    "at the apps' own rates; without it each runs as often as its plan lets it");
  add_deploy_option(*command, shared, "the models of --check");
  command->add_flag(
      "--check", flags->check,
      "then compute every result again with the whole network on one device, and compare the bits");
}

}  // namespace synergy::cli
