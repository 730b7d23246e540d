// replay.
#include "synergy/client/replay.hpp"

#include <memory>
#include <optional>

#include "flags.hpp"
#include "synergy/base/text.hpp"
#include "synergy/bus/rights.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/plan_replay.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/client/recording_info.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/table.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/runtime/run_folder.hpp"
#include "synergy/runtime/stop_signals.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::cli {
namespace {

struct ReplayFlags {
  std::string file, policy;
  ReplayRules rules;
  bool plans = false, info = false;
};

struct Replayed {
  std::string file;
  std::uint64_t replayed = 0, states = 0, left_out = 0, not_chosen = 0;
  double seconds = 0;
  bool interrupted = false;
  static void fields(auto& f) {
    using R = Replayed;
    f.required("file", &R::file, "the recording");
    f.required("replayed", &R::replayed, "packets published");
    f.required("states", &R::states, "of these, states: the broker keeps the last of each");
    f.required("left_out", &R::left_out, "commands, answers and tensors left out");
    f.required("not_chosen", &R::not_chosen, "on other topics than asked for");
    f.required("seconds", &R::seconds, "host time it took");
    f.required("interrupted", &R::interrupted, "whether a signal ended it before its end");
  }
};

std::string to_text(const Replayed& done) {
  std::string text = "replayed " + std::to_string(done.replayed) + " packets in " + fixed(done.seconds, 3) +
                     " s" + (done.interrupted ? ", then interrupted" : "") + "\n";
  if (done.left_out > 0)
    text += "left out " + std::to_string(done.left_out) +
            " commands, answers and tensors; --commands replays them, too\n";
  if (done.not_chosen > 0) text += "on other topics " + std::to_string(done.not_chosen) + "\n";
  if (done.states > 0)
    text += "states " + std::to_string(done.states) +
            ": who listens holds them for what is now, until their owners publish again\n";
  return text;
}

void warn_of(const RecordingReader& recording) {
  if (const auto text = shortcomings(recording); !text.empty())
    std::fprintf(stderr, "synergy: warning: %s\n", text.c_str());
}

/// How much of the file was read.
void show_reading(ProgressLine& line, const RecordingReader& recording) {
  line.show([&](double elapsed_ms) {
    std::error_code failure;
    const auto bytes = std::filesystem::file_size(recording.name(), failure);
    const double share = failure || bytes == 0 ? 0 : double(recording.offset()) / double(bytes);
    return std::to_string(recording.packets()) + " packets, " + fixed(100 * share, 0) + " %" +
           left_text(share, elapsed_ms);
  });
}

/// Publishes one recording on one bus.
class BusReplay {
 public:
  BusReplay(Session& session, const ReplayRules& rules, runtime::StopRequest& stop)
      : session_(session), rules_(rules), stop_(stop), pace_(rules.speed), epoch_(session.bus().epoch()) {}

  Result<Replayed> run(RecordingReader& recording) {
    begin_ = clock_.monotonic();
    done_.file = recording.name();
    ProgressLine line(now_ms, standard_error());
    while (!stop_.came()) {
      auto packet = recording.next();
      if (!packet) return packet.error();
      if (!*packet) break;
      show_reading(line, recording);
      if (auto status = take(**packet); !status) return status.error();
    }
    done_.interrupted = stop_.came();
    if (auto status = confirm(); !status) return status.error();
    done_.seconds = double((clock_.monotonic() - begin_).count()) * 1e-9;
    return done_;
  }

 private:
  Status take(const RecordedPacket& packet) {
    switch (fate_of(packet.topic, rules_)) {
      case Fate::kNotChosen:
        ++done_.not_chosen;
        return {};
      case Fate::kLeftOut:
        ++done_.left_out;
        return {};
      case Fate::kReplayed:
        break;
    }
    const auto due = pace_.due(packet.at);
    if (done_.replayed == 0) begin_ = clock_.monotonic();
    const auto wait = due - (clock_.monotonic() - begin_);
    if (wait > Duration(0) && session_.wait_until([&] { return stop_.came(); }, wait)) return {};
    return send(packet);
  }

  /// Waits while the queue to the broker is full: a replay loses nothing on the way there.
  Status send(const RecordedPacket& packet) {
    Status status;
    (void)session_.wait_until(
        [&] {
          status = session_.bus().publish_as_is(schemas::topics::of_today(packet.topic), packet.payload);
          return status || status.error().code != ErrorCode::kOverloaded || stop_.came();
        },
        Duration::max());
    if (stop_.came() || !status) return stop_.came() ? Status{} : status;
    ++done_.replayed;
    if (schemas::class_of(packet.topic) == schemas::TopicClass::kState) ++done_.states;
    return {};
  }

  /// The broker answers when it has forwarded all that was sent before, and tells whether it is the same.
  Status confirm() {
    const auto joined = session_.ask(schemas::topics::command("broker"), schemas::Join{});
    if (joined && joined->epoch == epoch_) return {};
    return Error{ErrorCode::kUnavailable,
                 "the broker went away during the replay: part of it may be lost; replay again"};
  }

  Session& session_;
  const ReplayRules& rules_;
  runtime::StopRequest& stop_;
  Pace pace_;
  std::uint64_t epoch_;
  HostClock clock_;
  MonotonicTime begin_;
  Replayed done_;
};

/// What is replayed comes from this process under the names of others. The broker lets that pass for the
/// process that holds this lock, and for one at a time. To be taken before the bus is joined: the broker
/// looks then. None where there is no such folder, and so no mesh to join.
Result<std::optional<runtime::ProcessLock>> play_all_parts(const std::filesystem::path& run_folder) {
  std::error_code failure;
  if (!std::filesystem::is_directory(run_folder, failure)) return std::optional<runtime::ProcessLock>();
  auto folder = runtime::RunFolder::open(run_folder);
  if (!folder) return folder.error();
  auto lock = runtime::ProcessLock::take(*folder, std::string(bus::Rights::kReplay));
  if (!lock) return lock.error();
  return std::optional(std::move(*lock));
}

Status replay_on_bus(Shared& shared, const ReplayFlags& flags, RecordingReader& recording) {
  runtime::StopRequest stop;
  const auto part = play_all_parts(shared.run_folder);
  if (!part) return part.error();
  auto session = Session::open(shared.run_folder);
  if (!session) return session.error();
  const auto done = BusReplay(**session, flags.rules, stop).run(recording);
  if (!done) return done.error();
  if (!done->interrupted) warn_of(recording);
  print<Replayed>(shared, *done, [](const Replayed& value) { return to_text(value); });
  return {};
}

Status show_info(Shared& shared, RecordingReader& recording) {
  const auto info = describe(recording);
  if (!info) return info.error();
  warn_of(recording);
  print<RecordingInfo>(shared, *info, [](const RecordingInfo& value) { return to_text(value); });
  return {};
}

Result<planner_service::Settings> settings_for(const ReplayFlags& flags) {
  if (!flags.policy.empty() && planner::find_policy(flags.policy) == nullptr)
    return Error{ErrorCode::kInvalid, unknown_name("policy", flags.policy, planner::policy_names())};
  auto first_pass = RecordingReader::open(flags.file);
  if (!first_pass) return first_pass.error();
  const auto recorded = recorded_defaults(*first_pass);
  if (!recorded) return recorded.error();
  planner_service::Settings settings;
  settings.policy = !flags.policy.empty() ? flags.policy : recorded->policy.value_or(settings.policy);
  settings.objective = recorded->objective.value_or(settings.objective);
  settings.residency = recorded->residency.value_or(settings.residency);
  return settings;
}

Status replay_plans(Shared& shared, const ReplayFlags& flags, RecordingReader& recording) {
  const auto settings = settings_for(flags);
  if (!settings) return settings.error();
  PlanReplay replay(documents::DeployFolder(shared.deploy_folder), *settings);
  ProgressLine progress(now_ms, standard_error());
  const auto status = recording.each([&](RecordedPacket&& packet) {
    show_reading(progress, recording);
    replay.on(packet);
  });
  progress.wipe();
  if (!status) return status;
  warn_of(recording);
  auto report = replay.report();
  report.file = recording.name();
  for (const auto& line : report.comparisons)
    if (report.plans == 0 && !line.difference.empty())  // of an earlier version
      return Error{ErrorCode::kNotFound, recording.name() + ": nothing can be compared: " + line.difference};
  if (report.plans == 0)
    return Error{ErrorCode::kNotFound,
                 recording.name() +
                     ": has no plan that was asked for and answered; record without --topic, "
                     "from before an app is submitted"};
  print<PlansReport>(shared, report, [](const PlansReport& value) { return to_text(value); });
  if (report.different == 0) return {};
  return Error{ErrorCode::kConflict, std::to_string(report.different) + " of " +
                                         std::to_string(report.plans) +
                                         " answers differ from the recorded ones"};
}

Status replay(Shared& shared, const ReplayFlags& flags) {
  auto recording = RecordingReader::open(flags.file);
  if (!recording) return recording.error();
  if (flags.info) return show_info(shared, *recording);
  if (flags.plans) return replay_plans(shared, flags, *recording);
  return replay_on_bus(shared, flags, *recording);
}

}  // namespace

void add_replay_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<ReplayFlags>();
  auto* command = add_command(made, [&shared, flags] { return replay(shared, *flags); });
  command->add_option("FILE", flags->file, "a recording of 'synergy record'")->required();
  auto* speed = command
                    ->add_option("--speed", flags->rules.speed,
                                 "2: twice as fast as it was; 0: as fast as the broker takes it")
                    ->between(0, 1e6)
                    ->show_default();
  auto* topic = command
                    ->add_option("--topic", flags->rules.topics,
                                 "only topics that begin with this; may be given several times")
                    ->one_value_each_time();
  auto* commands = command->add_flag("--commands", flags->rules.commands,
                                     "also commands, answers and tensors, which a living mesh may act on");
  auto* plans = command->add_flag("--plans", flags->plans,
                                  "without a mesh: does the planner make the recorded plans again?");
  auto* info = command->add_flag("--info", flags->info, "without a mesh: what the recording holds");
  for (auto* option : {speed, topic, commands}) option->excludes(plans)->excludes(info);
  plans->excludes(info);
  command
      ->add_option("--policy", flags->policy,
                   "of --plans: policy of requests that name none (default: what made the recorded plans)")
      ->needs(plans);
  add_deploy_option(*command, shared, "the models of --plans")->needs(plans);
}

}  // namespace synergy::cli
