// What a recording holds, topic by topic.
#pragma once

#include <string>
#include <vector>

#include "synergy/client/recording.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::client {

struct RecordedTopic {
  std::string topic;
  std::uint64_t packets = 0, payload_bytes = 0;
  double packets_per_second = 0;
  static void fields(auto& f) {
    using T = RecordedTopic;
    f.required("topic", &T::topic, "the topic");
    f.required("packets", &T::packets, "on it");
    f.required("payload_bytes", &T::payload_bytes, "of their payloads");
    f.required("packets_per_second", &T::packets_per_second, "host time, mean");
  }
};

/// What an app's runs came to, by the messages of the bus.
struct RecordedApp {
  std::string app;
  std::uint64_t results = 0;  ///< messages on its `event/result/`; after a crash a run may be told twice
  std::uint64_t failed = 0;   ///< on its `event/failed/`: attempts
  double results_per_second = 0;
  static void fields(auto& f) {
    using A = RecordedApp;
    f.required("app", &A::app, "the app");
    f.required("results", &A::results, "results of its runs");
    f.required("failed", &A::failed, "attempts that did not come through");
    f.required("results_per_second", &A::results_per_second, "host time, mean");
  }
  bool operator==(const RecordedApp&) const = default;
};

struct RecordingInfo {
  std::string file, body;
  std::string started;  ///< UTC, for people
  double duration_us = 0, duration_s = 0;
  std::uint64_t packets = 0, payload_bytes = 0;
  std::optional<RecordingEnd> end;
  std::vector<RecordedApp> apps;      ///< by name
  std::uint64_t plans = 0;            ///< that came in force, the one of the beginning included
  std::uint64_t departures = 0;       ///< of devices, that of one which was away from the beginning left out
  std::vector<RecordedTopic> topics;  ///< by name
  static void fields(auto& f) {
    using I = RecordingInfo;
    f.required("file", &I::file, "the file");
    f.required("body", &I::body, "name of the body; empty: not known");
    f.required("started", &I::started, "UTC");
    f.required("duration_us", &I::duration_us, "to its end, or to the last packet");
    f.required("duration_s", &I::duration_s, "old name of duration_us, in s");
    f.required("packets", &I::packets, "of all topics");
    f.required("payload_bytes", &I::payload_bytes, "of their payloads");
    f.required("end", &I::end, "how it ended; null: it was cut off");
    f.required("apps", &I::apps, "with results or failures, by name");
    f.required("plans", &I::plans, "that came in force, that of the beginning included");
    f.required("departures", &I::departures, "how often a device left");
    f.required("topics", &I::topics, "by name");
  }
};

/// Reads the recording to its end.
[[nodiscard]] Result<RecordingInfo> describe(RecordingReader& recording);
[[nodiscard]] std::string to_text(const RecordingInfo& info);

/// What a person is to know about a recording that was read to its end; empty: it is whole.
[[nodiscard]] std::string shortcomings(const RecordingReader& recording);
/// What did not reach the recorder, and why; empty: nothing is known to be missing.
[[nodiscard]] std::string losses(const RecordingEnd& end);

}  // namespace synergy::client

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::client::RecordingInfo>();
