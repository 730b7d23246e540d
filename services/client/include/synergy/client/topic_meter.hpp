// How much travels on each topic: rates, bandwidth, distances and sizes over a moving window, of all topics
// at once.
//
// Pure: packets and times come in. Everything is as received here: what was lost on the way is not in a rate,
// only in `lost`. What does not count: a state that the broker sends again because somebody subscribes, and
// what it kept from before the meter began. Both show with their age.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/bus/sequence_watch.hpp"
#include "synergy/bus/transport.hpp"
#include "synergy/client/top.hpp"

namespace synergy::client {

/// Over the window, but for what is said otherwise.
struct TopicFigures {
  std::string topic;
  double messages_per_second = 0, bytes_per_second = 0;
  std::uint64_t messages = 0;  ///< since the meter began
  std::optional<double> mean_bytes, least_bytes, most_bytes;
  /// From one message to the next; nothing where there were less than two.
  std::optional<double> interval_mean_us, interval_least_us, interval_most_us, interval_deviation_us;
  std::string last_message, last_sender;
  std::optional<double> age_us;  ///< since the last was sent; nothing where it does not tell
  static void fields(auto& f) {
    using T = TopicFigures;
    f.required("topic", &T::topic, "the topic; all answers together are @PARTICIPANT/reply");
    f.required("messages_per_second", &T::messages_per_second, "received here in the window");
    f.required("bytes_per_second", &T::bytes_per_second, "the same; envelopes included");
    f.required("messages", &T::messages, "received since the beginning");
    f.required("mean_bytes", &T::mean_bytes, "of a message of the window; null: there was none");
    f.required("least_bytes", &T::least_bytes, "the smallest of them");
    f.required("most_bytes", &T::most_bytes, "the largest of them");
    f.required("interval_mean_us", &T::interval_mean_us, "from one to the next; null: less than two came");
    f.required("interval_least_us", &T::interval_least_us, "the shortest of these");
    f.required("interval_most_us", &T::interval_most_us, "the longest of these");
    f.required("interval_deviation_us", &T::interval_deviation_us, "their standard deviation");
    f.required("last_message", &T::last_message, "name of the last message");
    f.required("last_sender", &T::last_sender, "who sent it");
    f.required("age_us", &T::age_us, "since it was sent; null: it does not tell");
  }
};

struct TopicTraffic {
  double window_us = 0;  ///< that the rates are of: shorter at first
  double messages_per_second = 0, bytes_per_second = 0;
  std::uint64_t lost = 0;    ///< of those on the way to here, since the meter began
  std::uint64_t unread = 0;  ///< messages on topics beyond the limit, and ones without a readable envelope
  std::vector<TopicFigures> topics;
  static void fields(auto& f) {
    using T = TopicTraffic;
    f.required("window_us", &T::window_us, "that the rates are of");
    f.required("messages_per_second", &T::messages_per_second, "of all topics shown");
    f.required("bytes_per_second", &T::bytes_per_second, "of all topics shown");
    f.required("lost", &T::lost, "messages lost on the way to here, since the beginning");
    f.required("unread", &T::unread, "messages on topics beyond 4096, or damaged: in no rate");
    f.required("topics", &T::topics, "each topic that was heard of");
  }
};

class TopicMeter {
 public:
  /// Topics followed at most: a stranger may publish on ever new ones.
  static constexpr std::size_t kMostTopics = 4096;

  /// `unix_now` is the broker's clock, which the messages' own times are held against.
  TopicMeter(Duration window, MonotonicTime now, UnixTime unix_now);

  /// Answers count together, whoever they are for, as `@PARTICIPANT/reply`.
  void take(const bus::Packet& packet, MonotonicTime now);
  /// Sorted by topic.
  [[nodiscard]] TopicTraffic traffic(MonotonicTime now, UnixTime unix_now) const;

 private:
  /// What came within one step of time; distances belong to the later of two messages.
  struct Step {
    std::int64_t number = 0;
    std::uint64_t messages = 0, bytes = 0, intervals = 0;
    std::uint64_t least_bytes = 0, most_bytes = 0;
    double interval_sum_us = 0, interval_squares = 0, interval_least_us = 0, interval_most_us = 0;
    void add(const Step& other);
  };
  struct Topic {
    std::deque<Step> steps;
    std::uint64_t messages = 0;
    std::optional<MonotonicTime> last_at;
    UnixTime last_sent{};
    std::string last_message, last_sender;
  };
  void count(Topic& topic, std::uint64_t bytes, MonotonicTime now);
  [[nodiscard]] std::int64_t step_of(MonotonicTime time) const;
  [[nodiscard]] TopicFigures figures(const std::string& name, const Topic& topic, MonotonicTime now,
                                     UnixTime unix_now) const;
  [[nodiscard]] double observed_us(MonotonicTime now) const;

  Duration window_;
  MonotonicTime begin_;
  UnixTime unix_begin_;
  std::map<std::string, Topic> topics_;
  bus::SequenceWatch watch_;
  std::uint64_t unread_ = 0;
};

/// What a table shows.
enum class TrafficView { kAll, kRates, kBandwidth };
enum class TrafficOrder { kRate, kBandwidth, kAge, kTopic };

/// The largest rate or bandwidth first, the newest first; among equals by topic.
void sort(TopicTraffic& traffic, TrafficOrder order);
[[nodiscard]] std::vector<TopLine> traffic_lines(const TopicTraffic& traffic, TrafficView view);

}  // namespace synergy::client

template <>
inline constexpr std::array<std::pair<synergy::client::TrafficOrder, std::string_view>, 4>
    synergy::schemas::kEnumNames<synergy::client::TrafficOrder>{{
        {synergy::client::TrafficOrder::kRate, "rate"},
        {synergy::client::TrafficOrder::kBandwidth, "bandwidth"},
        {synergy::client::TrafficOrder::kAge, "age"},
        {synergy::client::TrafficOrder::kTopic, "topic"},
    }};
