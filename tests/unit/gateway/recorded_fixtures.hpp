// A recording of ten seconds in which an app runs, a device leaves after six, and another plan comes in
// force.
#pragma once

#include <sstream>

#include "gateway_fixtures.hpp"
#include "synergy/gateway_recorded/player.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/roster.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::gateway_recorded {

using namespace std::chrono_literals;

inline const UnixTime kStarted{std::chrono::hours(24 * 365 * 50)};
/// The host's monotonic time when it began, and how long a result is on its way to the recorder at least.
inline constexpr MonotonicTime kOrigin{1000s};
inline constexpr Duration kOnItsWay = 1ms;

class RecordingText {
 public:
  RecordingText() {
    text_ = client::kRecordingMagic;
    add_frame(client::FrameKind::kHeader,
              client::RecordingHeader{client::kRecordingVersion, kStarted, "four"});
  }
  template <schemas::Message T>
  void add(Duration at, const std::string& topic, const T& message) {
    schemas::Envelope envelope;
    envelope.sender = "somebody";
    add_raw(at, topic, schemas::seal(envelope, message));
  }
  void add_raw(Duration at, const std::string& topic, schemas::Bytes payload) {
    ++end_.packets;
    end_.payload_bytes += payload.size();
    add_frame(client::FrameKind::kPacket, client::RecordedPacket{at, topic, std::move(payload)});
  }
  void end(Duration lasted) {
    end_.lasted = lasted;
    add_frame(client::FrameKind::kEnd, end_);
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] Result<client::RecordingReader> reader() const {
    return client::RecordingReader::read(std::make_unique<std::istringstream>(text_), "folder/x.rec");
  }

 private:
  template <class T>
  void add_frame(client::FrameKind kind, const T& value) {
    const auto bytes = client::frame(kind, schemas::to_msgpack(value));
    text_.append(bytes.begin(), bytes.end());
  }
  std::string text_;
  client::RecordingEnd end_;
};

inline schemas::RunResult result_of(std::uint64_t run, Duration at) {
  schemas::RunResult result;
  result.run.key = {AppId("digits"), run, 1};
  result.run.plan_id = 7;
  result.run.devices = {DeviceId("glasses"), DeviceId("watch")};
  result.ended = ModelTime((kOrigin + at - kOnItsWay).time_since_epoch());
  result.run.began = result.ended - 5ms;
  result.label = 3;
  return result;
}

inline schemas::StoreRuns kept_run(std::uint64_t run) {
  schemas::RunRecord record;
  record.app = AppId("digits");
  record.run = run;
  record.plan_id = 7;
  record.label = 3;
  return {{record}, {}};
}

inline schemas::TaskTable task_table(Duration at, std::uint64_t run) {
  schemas::TaskTable table;
  table.device = DeviceId("glasses");
  table.now = ModelTime((kOrigin + at).time_since_epoch());
  table.tasks.push_back({AppId("digits"),
                         run,
                         1,
                         schemas::TaskKind::kSense,
                         0,
                         0,
                         {schemas::Unit::kSensor},
                         table.now - 20ms,
                         table.now - 10ms});
  return table;
}

/// Results end each 100 ms, from 1 s to 9 s: 81.
inline RecordingText whole_recording() {
  namespace topics = schemas::topics;
  RecordingText recording;
  const auto store = topics::command(schemas::process::kStore);
  auto plan = gateway::digits_plan();
  recording.add(0ms, std::string(topics::kBody), gateway::body_view());
  recording.add(0ms, std::string(topics::kApps), schemas::AppSet{});
  recording.add(900ms, store,
                schemas::StoreDecision{{}, plan, "app 'digits' submitted", "", kStarted + 900ms});
  recording.add(900ms, store,
                schemas::StoreDecision{{}, plan, "app 'digits' submitted", "", kStarted + 900ms});
  recording.add(950ms, std::string(topics::kPlan), plan);
  recording.add(950ms, std::string(topics::kApps), schemas::AppSet{{gateway::digits_status()}});
  for (std::uint64_t run = 0; run <= 80; ++run) {
    const auto at = 1000ms + 100ms * std::int64_t(run);
    if (run == 50) {
      auto body = gateway::body_view();
      body.absent = {DeviceId("ring")};
      plan.id = 8;
      recording.add(at, std::string(topics::kBody), body);
      recording.add(at, store, schemas::StoreDecision{{}, plan, "device 'ring' left", "", kStarted + at});
      recording.add(at, store, schemas::StoreSwitch{8, 2ms, 3ms});
      recording.add(at, std::string(topics::kPlan), plan);
    }
    if (run % 10 == 0) recording.add(at, "@recorder/reply", task_table(at, run));
    if (run == 60)
      recording.add(at, "event/failed/digits",
                    schemas::RunFailed{{AppId("digits"), 60, 1}, DeviceId("watch"), "gone"});
    recording.add(at, "event/result/digits", result_of(run, at));
    recording.add(at, store, kept_run(run));
  }
  recording.end(10s);
  return recording;
}

inline std::unique_ptr<RecordingFile> file_of(const RecordingText& recording) {
  auto reader = recording.reader();
  EXPECT_TRUE(reader) << (reader ? "" : reader.error().message);
  auto index = client::RecordingIndex::of(*reader, [] { return true; });
  EXPECT_TRUE(index) << (index ? "" : index.error().message);
  return std::make_unique<RecordingFile>(std::move(*reader), std::move(*index));
}

}  // namespace synergy::gateway_recorded
