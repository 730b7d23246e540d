// topic top, topic hz, topic bw: how much travels on the topics, all at once.
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "synergy/cli/commands.hpp"
#include "synergy/cli/screen.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/client/replay.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/topic_meter.hpp"
#include "synergy/client/topic_names.hpp"
#include "synergy/runtime/stop_signals.hpp"
#include "synergy/schemas/describe.hpp"
#include "topic_pattern.hpp"

namespace synergy::cli {
namespace {

struct TrafficFlags {
  std::vector<std::string> topics;
  std::string order;
  double interval_s = 1, window_s = 10, for_s = 0;
  bool once = false;
};

/// What is heard of the topics that were asked for, and what is shown of it.
class Traffic {
 public:
  Traffic(const Shared& shared, const TrafficFlags& flags, TrafficView view)
      : shared_(shared), flags_(flags), view_(view), all_(shared) {}

  Status run(runtime::StopRequest& stop) {
    auto session = Session::open(shared_.run_folder);
    if (!session) return session.error();
    auto& bus = (*session)->bus();
    meter_.emplace(from_seconds(flags_.window_s), clock_.monotonic(), bus.broker_time());
    for (const auto& beginning : beginnings())
      bus.tap(beginning, [this](const auto& packet) { take(packet); });
    const auto stopped = [&] { return stop.came(); };
    const auto end =
        flags_.for_s > 0 ? clock_.monotonic() + from_seconds(flags_.for_s) : MonotonicTime::max();
    const bool on_screen = !shared_.json && !flags_.once && ::isatty(STDOUT_FILENO) == 1;
    const auto screen = on_screen ? std::make_unique<Screen>() : nullptr;
    while (true) {
      const auto now = clock_.monotonic();
      const bool last = flags_.once || end - now <= from_seconds(flags_.interval_s);
      const bool ended = (*session)->wait_until(
          stopped, std::min(from_seconds(flags_.interval_s), std::max(end - now, Duration{1})));
      if (ended && !flags_.once) return {};
      show((*session)->bus(), screen.get());
      if (last || ended) return {};
    }
  }

 private:
  [[nodiscard]] std::vector<std::string> beginnings() const {
    std::vector<std::string> all;
    for (const auto& pattern : flags_.topics) all.push_back(beginning_of(pattern));
    return outermost(all.empty() ? std::vector<std::string>{""} : all);
  }

  void take(const bus::Packet& packet) {
    const bool chosen = flags_.topics.empty() ||
                        std::any_of(flags_.topics.begin(), flags_.topics.end(),
                                    [&](const auto& pattern) { return fits(packet.topic, pattern); });
    if (chosen) meter_->take(packet, clock_.monotonic());
  }

  void show(const bus::Participant& bus, Screen* screen) {
    auto traffic = meter_->traffic(clock_.monotonic(), bus.broker_time());
    sort(traffic, *schemas::value_of<TrafficOrder>(flags_.order));
    const auto lines = traffic_lines(traffic, view_);
    if (screen != nullptr) {
      const auto size = screen->size();
      return screen->draw(to_screen(lines, size.rows, size.columns));
    }
    if (flags_.once)
      return print<TopicTraffic>(shared_, traffic, [&](const auto&) { return to_plain(lines); });
    all_.print<TopicTraffic>(
        traffic, [&](const auto&) { return (std::exchange(first_, false) ? "" : "\n") + to_plain(lines); });
  }

  const Shared& shared_;
  const TrafficFlags& flags_;
  TrafficView view_;
  Lines all_;
  HostClock clock_;
  std::optional<TopicMeter> meter_;
  bool first_ = true;
};

void add_traffic_command(const NewCommand& made, TrafficView view, TrafficOrder order) {
  auto& shared = made.shared;
  auto flags = std::make_shared<TrafficFlags>();
  flags->order = schemas::name_of(order);
  auto* command = add_command(made, [&shared, flags, view]() -> Status {
    runtime::StopRequest stop;  // before the bus starts its threads
    return Traffic(shared, *flags, view).run(stop);
  });
  command->add_option("TOPIC", flags->topics, std::string(kTopicPattern) + "; without one: every topic");
  const auto* once = command->add_flag("--once", flags->once, "listen for one interval, print, and end");
  command->add_option("--for", flags->for_s, "end after so many seconds")->between(0.1, 1e6)->excludes(once);
  command->add_option("--interval", flags->interval_s, "seconds from one look to the next")
      ->between(0.1, 3600)
      ->show_default();
  command->add_option("--window", flags->window_s, "seconds that rates and sizes are of")
      ->between(0.1, 3600)
      ->show_default();
  std::vector<std::string> orders;
  for (const auto& [value, name] : schemas::kEnumNames<TrafficOrder>) orders.emplace_back(name);
  command->add_option("--sort", flags->order, "what stands first")->one_of(orders)->show_default();
}

}  // namespace

void add_topic_top_command(const NewCommand& made) {
  add_traffic_command(made, TrafficView::kAll, TrafficOrder::kRate);
}
void add_topic_rates_command(const NewCommand& made) {
  add_traffic_command(made, TrafficView::kRates, TrafficOrder::kRate);
}
void add_topic_bandwidth_command(const NewCommand& made) {
  add_traffic_command(made, TrafficView::kBandwidth, TrafficOrder::kBandwidth);
}

}  // namespace synergy::cli
