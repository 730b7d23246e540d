// What a recording holds, topic by topic.
#pragma once

#include <string>
#include <vector>

#include "synergy/client/recording.hpp"

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

struct RecordingInfo {
  std::string file, body;
  std::string started;  ///< UTC, for people
  double duration_us = 0, duration_s = 0;
  std::uint64_t packets = 0, payload_bytes = 0;
  std::optional<RecordingEnd> end;
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
