// feed: frames from outside for the running mesh.
#include <algorithm>
#include <memory>

#include "flags.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/frame_files.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/sound_cut.hpp"
#include "synergy/runtime/stop_signals.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;

/// While the spool is full, a frame is offered again after this.
constexpr Duration kOfferAgainAfter = std::chrono::milliseconds(100);
struct FeedFlags {
  std::string device, sensor, id, layout = "chw";
  std::vector<std::string> files;
  std::optional<double> rate, window_s, hop_s;
  bool loop = false;
};

Duration of_seconds(double seconds) { return Duration(std::int64_t(seconds * 1e9)); }

std::string fed_text(const schemas::FrameFed& fed) {
  std::string apps;
  for (const auto& app : fed.apps) apps += (apps.empty() ? "" : ", ") + app.text();
  return "fed " + fed.frame.id + (fed.again ? " (it had been fed before)" : "") +
         (apps.empty() ? ": no app waits for each frame\n" : ": a run of " + apps + "\n");
}

/// One command's feeding. Borrows all.
class Feeder {
 public:
  Feeder(const Shared& shared, Session& session, runtime::StopRequest& stop, const FeedFlags& flags)
      : lines_(shared), session_(session), stop_(stop), flags_(flags), begun_(clock_.monotonic()) {}

  /// Feeds the frame when it is due; waits while the spool is full.
  Status feed(schemas::FrameFeed frame) {
    frame.sensor = flags_.sensor;
    frame.id = flags_.id + "-" + std::to_string(count_);
    if (flags_.rate) wait_until(begun_ + of_seconds(double(count_) / *flags_.rate));
    ++count_;
    for (bool told = false; !stop_.came();) {
      const auto fed = session_.ask(topics::executor(DeviceId(flags_.device)), frame);
      if (fed) {
        show(*fed);
        return {};
      }
      if (fed.error().code != ErrorCode::kOverloaded) return fed.error();
      if (!std::exchange(told, true)) std::fprintf(stderr, "waits: %s\n", fed.error().message.c_str());
      wait_until(clock_.monotonic() + kOfferAgainAfter);
    }
    return {};
  }

 private:
  void wait_until(MonotonicTime time) {
    (void)session_.wait_until([&] { return stop_.came() || clock_.monotonic() >= time; },
                              std::max(Duration(0), time - clock_.monotonic()));
  }
  void show(const schemas::FrameFed& fed) { lines_.print<schemas::FrameFed>(fed, fed_text); }

  Lines lines_;
  Session& session_;
  runtime::StopRequest& stop_;
  const FeedFlags& flags_;
  HostClock clock_;
  MonotonicTime begun_;
  std::uint64_t count_ = 0;
};

/// Whether the body has the device and its sensor; an executor that is not there would only not answer.
Status check_sensor(const std::optional<schemas::BodyView>& body, const FeedFlags& flags) {
  if (!body) return {};
  std::vector<std::string> devices, sensors;
  for (const auto& device : body->devices) devices.push_back(device.id.text());
  const auto* device = body->find(DeviceId(flags.device));
  if (device == nullptr) return Error{ErrorCode::kNotFound, unknown_name("device", flags.device, devices)};
  if (body->is_absent(device->id))
    return Error{ErrorCode::kUnavailable,
                 "device '" + flags.device + "' is not there now; see 'synergy devices'"};
  for (const auto& sensor : device->sensors) sensors.push_back(sensor.capability);
  if (std::find(sensors.begin(), sensors.end(), flags.sensor) == sensors.end())
    return Error{ErrorCode::kNotFound,
                 "device '" + flags.device + "': " + unknown_name("sensor", flags.sensor, sensors)};
  return {};
}

using Files = std::vector<client::FileFrames>;

Result<Files> read_files(const FeedFlags& flags) {
  Files files;
  for (const auto& file : flags.files) {
    auto read = client::read_frames(file, layout_named(flags.layout));
    if (!read) return read.error();
    files.push_back(*std::move(read));
  }
  const bool has_sound =
      std::any_of(files.begin(), files.end(), [](const auto& file) { return bool(file.sound); });
  if (!has_sound && (flags.window_s || flags.hop_s))
    return Error{ErrorCode::kInvalid,
                 "--window and --hop are of sounds, and none of these is one: leave them out"};
  return files;
}

/// The frames of all files, in order. Sounds are cut for the apps of this plan.
Result<std::vector<schemas::FrameFeed>> frames_of(Files files, const FeedFlags& flags,
                                                  const std::optional<schemas::CollaborationPlan>& plan) {
  std::vector<schemas::FrameFeed> frames;
  const auto add = [&](std::vector<schemas::FrameFeed> more) {
    frames.insert(frames.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  for (auto& file : files) {
    add(std::move(file.frames));
    if (!file.sound) continue;
    const auto window = client::window_of(plan, DeviceId(flags.device), flags.sensor);
    if (!window && !flags.window_s) return window.error();
    auto sound =
        client::cut(*file.sound, file.name, {window ? *window : std::nullopt, flags.window_s, flags.hop_s});
    if (!sound) return sound.error();
    std::fprintf(stderr, "%s\n", client::to_text(*sound, file.name).c_str());
    add(std::move(sound->frames));
  }
  return frames;
}

Status feed(const Shared& shared, FeedFlags flags) {
  auto files = read_files(flags);  // all are read before one is fed
  if (!files) return files.error();
  if (flags.id.empty()) flags.id = client::new_frame_id("feed");
  runtime::StopRequest stop;  // before the bus starts its threads
  std::optional<schemas::BodyView> body;
  std::optional<schemas::CollaborationPlan> plan;
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) {
    client::follow_state<schemas::BodyView>(bus, topics::kBody, body);
    client::follow_state<schemas::CollaborationPlan>(bus, topics::kPlan, plan);
  });
  if (!session) return session.error();
  const bool by_plan =
      std::any_of(files->begin(), files->end(), [](const auto& file) { return bool(file.sound); });
  (void)(*session)->wait_until([&] { return body && (plan || !by_plan); }, std::chrono::seconds(1));
  if (auto status = check_sensor(body, flags); !status) return status;
  const auto cut = frames_of(*std::move(files), flags, plan);
  if (!cut) return cut.error();
  const auto& frames = *cut;
  Feeder feeder(shared, **session, stop, flags);
  do {
    for (const auto& frame : frames) {
      if (stop.came()) return {};
      if (auto status = feeder.feed(frame); !status) return status;
    }
  } while (flags.loop && !frames.empty());
  return {};
}

}  // namespace

void add_feed_command(const NewCommand& made) {
  auto flags = std::make_shared<FeedFlags>();
  auto* command = add_command(made, [&shared = made.shared, flags] { return feed(shared, *flags); });
  command->add_option("DEVICE", flags->device, "whose sensor sees the frames")->required();
  command->add_option("CAPABILITY", flags->sensor, "the sensor: camera, microphone ...")->required();
  command
      ->add_option("FILE", flags->files,
                   "PNG or JPEG pictures, .npy arrays (N, ...) of frames, or sounds (WAV, FLAC, OGG), which "
                   "are cut into "
                   "windows; -: one of these on standard input")
      ->required();
  command->add_option("--rate", flags->rate, "frames per second; default: as fast as they are taken")
      ->between(1e-3, 1e5);
  command
      ->add_option(
          "--window", flags->window_s,
          "seconds of sound in a frame (default: the window of the model whose app takes the frames)")
      ->between(1e-3, 100);
  add_hop_option(*command, flags->hop_s);
  command->add_flag("--loop", flags->loop, "again from the beginning, until Ctrl-C");
  command->add_option(
      "--id", flags->id,
      "frames are called ID-0, ID-1 ...; a frame of an id that was fed before is not fed again "
      "(default: a new id each time)");
  add_layout_option(*command, flags->layout, ".npy files");
}

}  // namespace synergy::cli
