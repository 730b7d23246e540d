// record.
#include <memory>
#include <set>

#include "flags.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/client/recording_info.hpp"
#include "synergy/client/replay.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/table.hpp"
#include "synergy/gateway/task_deltas.hpp"
#include "synergy/runtime/stop_signals.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/trace.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;

/// A header, an end, and a small packet between them.
constexpr std::uint64_t kLeastBytes = 1024;
constexpr Duration kBetweenTasks = std::chrono::seconds(1);

struct RecordFlags {
  std::string output;
  std::vector<std::string> topics;
  double duration_s = 0;
  std::uint64_t max_bytes = 0;
  bool force = false, tasks = false;

  [[nodiscard]] Duration longest() const {
    return duration_s > 0 ? from_seconds(duration_s) : kLongestRecording;
  }
};

struct Recorded {
  std::string file;
  std::uint64_t file_bytes = 0;
  RecordingEnd end;
  static void fields(auto& f) {
    using R = Recorded;
    f.required("file", &R::file, "the file");
    f.required("file_bytes", &R::file_bytes, "its size");
    f.required("end", &R::end, "what it ends with");
  }
};

/// Takes packets until one of the limits is reached or the file can not be written.
class Recorder {
 public:
  Recorder(RecordingWriter writer, const Clock& clock, const RecordFlags& flags)
      : writer_(std::move(writer)), clock_(clock), flags_(flags), begin_(clock.monotonic()) {}

  void take(const bus::Packet& packet) {
    if (over()) return;
    const RecordedPacket recorded{elapsed(), packet.topic, packet.payload};
    const auto most = 5 + kMaxFrameBytes - schemas::kMaxMessageBytes + packet.payload.size();
    if (flags_.max_bytes > 0 && writer_.bytes() + most + kEndFrameRoom > flags_.max_bytes)
      return end_because(EndReason::kMaxBytes);
    status_ = writer_.add(recorded);
    ++end_.packets;
    end_.payload_bytes += packet.payload.size();
  }

  /// To be called often: it also empties the buffer.
  [[nodiscard]] std::uint64_t packets() const { return end_.packets; }
  [[nodiscard]] bool over() {
    if (!over_ && elapsed() >= flags_.longest()) end_because(EndReason::kDuration);
    if (status_) status_ = writer_.flush_if_due(elapsed());
    return over_ || !status_;
  }
  void end_because(EndReason reason) {
    over_ = true;
    end_.reason = reason;
  }

  Result<Recorded> finish(std::uint64_t gaps, std::uint64_t broker_restarts) {
    if (!status_) return status_.error();
    end_.lasted = std::min(elapsed(), kLongestRecording);
    end_.gaps = gaps;
    end_.broker_restarts = broker_restarts;
    if (auto status = writer_.finish(end_); !status) return status.error();
    return Recorded{flags_.output, writer_.bytes(), end_};
  }

 private:
  [[nodiscard]] Duration elapsed() const { return clock_.monotonic() - begin_; }

  RecordingWriter writer_;
  const Clock& clock_;
  const RecordFlags& flags_;
  MonotonicTime begin_;
  RecordingEnd end_;
  Status status_;
  bool over_ = false;
};

std::string to_text(const Recorded& recorded) {
  const auto lost = losses(recorded.end);
  return "recorded " + std::to_string(recorded.end.packets) + " packets, " +
         std::to_string(recorded.end.payload_bytes) + " bytes, in " +
         fixed(double(recorded.end.lasted.count()) * 1e-9, 3) + " s to " + recorded.file + " (ended by " +
         std::string(schemas::name_of(recorded.end.reason)) + "); gaps " + std::to_string(recorded.end.gaps) +
         "\n" + (lost.empty() ? "" : "warning: " + lost + "\n");
}

/// Asks every device that is there what its units did, again and again, so that the answers are recorded.
class TaskQuestions {
 public:
  TaskQuestions(Session& session, const schemas::BodyView& body, const Clock& clock)
      : session_(session), body_(body), clock_(clock) {}

  void ask_if_due() {
    const auto now = clock_.monotonic();
    if (now - asked_when_ < kBetweenTasks) return;
    asked_when_ = now;
    for (const auto& device : body_.devices)
      if (!body_.is_absent(device.id) && asked_.insert(device.id).second) ask(device.id);
  }

 private:
  void ask(const DeviceId& device) {
    session_.bus().call(topics::executor(device), tasks_.question(device), kBetweenTasks,
                        [this, device](Result<schemas::TaskTable> answer) {
                          asked_.erase(device);
                          if (answer && answer->device == device) (void)tasks_.fresh(std::move(*answer));
                        });
  }

  Session& session_;
  const schemas::BodyView& body_;
  const Clock& clock_;
  MonotonicTime asked_when_{};
  gateway::TaskDeltas tasks_;
  std::set<DeviceId> asked_;  ///< and have not answered
};

/// Taps the bus and records until a signal, a limit or a failure.
Result<Recorded> record_session(Session& session, Recorder& recorder, const RecordFlags& flags,
                                runtime::StopRequest& stop, TaskQuestions& questions) {
  auto& bus = session.bus();
  for (const auto& prefix : outermost(flags.topics.empty() ? std::vector<std::string>{""} : flags.topics))
    bus.tap(prefix, [&](const bus::Packet& packet) { recorder.take(packet); });
  // Answered when the taps are in force; what the broker keeps of the states came before the answer.
  if (const auto joined = session.ask(topics::command("broker"), schemas::Join{}); !joined)
    return joined.error();
  std::fprintf(stderr, "recording to %s; Ctrl-C ends it\n", flags.output.c_str());
  const auto gaps_before = bus.counters().at("bus.gaps");
  std::uint64_t epoch = bus.epoch(), restarts = 0;
  ProgressLine line(now_ms, standard_error());
  (void)session.wait_until(
      [&] {
        line.show([&](double elapsed_ms) {
          const auto packets = std::to_string(recorder.packets()) + " packets";
          return flags.duration_s > 0 ? time_text(packets, 1000 * flags.duration_s, elapsed_ms) : packets;
        });
        if (bus.epoch() != epoch) ++restarts;
        epoch = bus.epoch();
        if (flags.tasks) questions.ask_if_due();
        if (stop.came()) recorder.end_because(EndReason::kSignal);
        return recorder.over();
      },
      Duration::max());
  line.wipe();
  return recorder.finish(bus.counters().at("bus.gaps") - gaps_before, restarts);
}

Status record(Shared& shared, const RecordFlags& flags) {
  if (auto status = RecordingWriter::check_output(flags.output, flags.force); !status) return status;
  runtime::StopRequest stop;
  schemas::BodyView body;
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) {
    bus.subscribe<schemas::BodyView>(topics::kBody,
                                     [&](const auto&, const schemas::BodyView& view) { body = view; });
  });
  if (!session) return session.error();
  const HostClock clock;
  auto writer =
      RecordingWriter::create(flags.output, flags.force, {kRecordingVersion, clock.unix(), body.name});
  if (!writer) return writer.error();
  Recorder recorder(std::move(*writer), clock, flags);
  TaskQuestions questions(**session, body, clock);
  const auto recorded = record_session(**session, recorder, flags, stop, questions);
  if (!recorded) return recorded.error();
  print<Recorded>(shared, *recorded, to_text);
  return {};
}

}  // namespace

void add_record_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<RecordFlags>();
  auto* command = add_command(made, [&shared, flags] { return record(shared, *flags); });
  command->add_option("-o,--output", flags->output, "the file to write")->required();
  command
      ->add_option("--topic", flags->topics,
                   "only topics that begin with this; may be given several times (default: everything)")
      ->one_value_each_time();
  command->add_option("--duration", flags->duration_s, "end after so many seconds")
      ->between(1e-3, std::chrono::duration<double>(kLongestRecording).count());
  command->add_option("--max-bytes", flags->max_bytes, "end before the file is larger than this")
      ->between(double(kLeastBytes), 0x1p62);
  command->add_flag("--tasks", flags->tasks,
                    "also ask the devices once a second what their units did: for the timeline of the page");
  command->add_flag("--force", flags->force, "replace a file that is there");
}

}  // namespace synergy::cli
