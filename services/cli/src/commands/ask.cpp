// ask: one frame, or each window of a sound, for an app of the running mesh, and its answer.
#include <algorithm>
#include <memory>

#include "flags.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/asking.hpp"
#include "synergy/client/frame_files.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/sound_cut.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;

/// From one look for an outcome to the next, where no result is heard.
constexpr Duration kLook = std::chrono::seconds(1);

Duration of_seconds(double seconds) { return Duration(std::int64_t(seconds * 1e9)); }

struct AskFlags {
  std::string app, file, layout = "chw";
  double timeout_s = 60;
  std::optional<double> hop_s;
  bool loudest = false;
};

/// What is heard of an app that is asked.
struct Heard {
  std::optional<schemas::CollaborationPlan> plan;
  std::optional<schemas::AppSet> apps;
  std::string id;  ///< of the frame
  std::optional<schemas::RunResult> result;

  void subscribe(bus::Participant& bus, const AppId& app) {
    client::follow_state<schemas::CollaborationPlan>(bus, topics::kPlan, plan);
    client::follow_state<schemas::AppSet>(bus, topics::kApps, apps);
    bus.subscribe<schemas::RunResult>(topics::result(app),
                                      [this](const schemas::Envelope&, const schemas::RunResult& heard) {
                                        if (heard.run.frame && heard.run.frame->id == id) result = heard;
                                      });
  }
};

/// The failure that is the outcome of the frame, if it is one.
std::optional<Error> failure_of(Session& session, const AppId& app, const schemas::FrameRef& frame) {
  const auto outcomes =
      session.ask(topics::command("store"), schemas::QueryFrames{frame.device, {frame.sequence}});
  if (!outcomes) return std::nullopt;
  for (const auto& outcome : outcomes->outcomes) {
    if (outcome.app != app) continue;
    const auto runs = session.ask(topics::command("store"), schemas::QueryRuns{app, outcome.run, 1});
    if (!runs || runs->runs.empty()) return std::nullopt;
    const auto& run = runs->runs.front();
    if (run.outcome == schemas::RunOutcome::kFailed)
      return Error{ErrorCode::kUnavailable, "no answer: " + run.reason};
  }
  return std::nullopt;
}

Result<client::Asked> wait_for_answer(Session& session, const Heard& heard, const AppId& app,
                                      const schemas::FrameRef& frame, double timeout_s) {
  const HostClock clock;
  const auto until = clock.monotonic() + of_seconds(timeout_s);
  while (!heard.result) {
    const auto left = until - clock.monotonic();
    if (left <= Duration(0))
      return Error{ErrorCode::kTimeout,
                   "no answer in " + std::to_string(int(timeout_s)) +
                       " s; the frame waits for its run all the same: 'synergy results " + app.text() +
                       "' shows what becomes of it"};
    if (session.wait_until([&] { return heard.result.has_value(); }, std::min(left, kLook))) break;
    if (const auto failure = failure_of(session, app, frame)) return *failure;
  }
  return client::asked_of(*heard.result, heard.plan ? heard.plan->find(app) : nullptr);
}

/// What the app is asked about, one after the other, each with its place where it is a part of a longer
/// sound.
struct Questions {
  std::vector<schemas::FrameFeed> frames;
  double hop_s = 0;
  std::size_t first = 0;  ///< number of the first frame among the sound's windows
  bool are_parts = false;
};

Result<Questions> questions_of(client::FileFrames file, const AskFlags& flags,
                               const schemas::PipelinePlan& pipeline) {
  if (!file.sound) {
    if (flags.loudest || flags.hop_s)
      return Error{ErrorCode::kInvalid, file.name + ": --loudest and --hop are of sounds; leave them out"};
    if (file.frames.size() == 1) return Questions{std::move(file.frames)};
    return Error{ErrorCode::kInvalid, file.name + ": has " + std::to_string(file.frames.size()) +
                                          " frames; an app is asked about one ('synergy feed' feeds many)"};
  }
  const auto window = client::window_of(pipeline);
  if (!window)
    return Error{ErrorCode::kInvalid,
                 file.name + ": is a sound, and the model of app '" + flags.app + "' takes none"};
  auto sound = client::cut(*file.sound, file.name, {window, {}, flags.hop_s});
  if (!sound) return sound.error();
  Questions questions{{}, sound->hop_s, 0, sound->frames.size() > 1};
  if (flags.loudest) {
    questions.first = client::loudest_of(*sound);
    questions.frames.push_back(std::move(sound->frames[questions.first]));
  } else {
    questions.frames = std::move(sound->frames);
  }
  return questions;
}

Status ask_all(const Shared& shared, Session& session, Heard& heard, const client::FedSensor& sensor,
               Questions questions, const AskFlags& flags) {
  const AppId app(flags.app);
  Lines lines(shared);
  for (std::size_t i = 0; i < questions.frames.size(); ++i) {
    auto& frame = questions.frames[i];
    heard.result.reset();
    frame.sensor = sensor.sensor;
    const auto fed = client::feed_for(
        app, heard.plan->find(app) != nullptr ? heard.plan->find(app)->frames : schemas::FrameUse::kEvery,
        frame, "ask",
        [&](const schemas::FrameFeed& sent) {
          heard.id = sent.id;
          return session.ask(topics::executor(sensor.device), sent);
        },
        [&](Duration time) { (void)session.wait_until([] { return false; }, time); });
    if (!fed) return fed.error();
    auto asked = wait_for_answer(session, heard, app, fed->frame, flags.timeout_s);
    if (!asked) return asked.error();
    if (questions.are_parts) asked->begin_s = double(questions.first + i) * questions.hop_s;
    const auto text = [](const client::Asked& told) { return client::to_text(told) + "\n"; };
    if (questions.frames.size() > 1)
      lines.print<client::Asked>(*asked, text);
    else
      print<client::Asked>(shared, *asked, text);
  }
  return {};
}

Status ask(const Shared& shared, const AskFlags& flags) {
  const AppId app(flags.app);
  auto file = client::read_frames(flags.file, layout_named(flags.layout));
  if (!file) return file.error();
  Heard heard;
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) { heard.subscribe(bus, app); });
  if (!session) return session.error();
  (void)(*session)->wait_until([&] { return heard.plan && heard.apps; }, std::chrono::seconds(1));
  const auto sensor = client::sensor_of(app, heard.plan, heard.apps);
  if (!sensor) return sensor.error();
  auto questions = questions_of(*std::move(file), flags, *heard.plan->find(app));  // sensor_of() found it
  if (!questions) return questions.error();
  return ask_all(shared, **session, heard, *sensor, *std::move(questions), flags);
}

}  // namespace

void add_ask_command(const NewCommand& made) {
  auto flags = std::make_shared<AskFlags>();
  auto* command = add_command(made, [&shared = made.shared, flags] { return ask(shared, *flags); });
  command->add_option("APP", flags->app, "an app that runs for each frame ('trigger: frame')")->required();
  command
      ->add_option(
          "FILE", flags->file,
          "a PNG or JPEG picture, an .npy array of one frame, or a sound (WAV, FLAC, OGG), of which each "
          "window has an answer; -: standard input")
      ->required();
  command->add_option("--timeout", flags->timeout_s, "seconds to wait for the answer (default: 60)")
      ->between(0.1, 86400);
  command->add_flag("--loudest", flags->loudest, "of a longer sound: ask about its loudest window only");
  add_hop_option(*command, flags->hop_s);
  add_layout_option(*command, flags->layout, "an .npy file");
}

}  // namespace synergy::cli
