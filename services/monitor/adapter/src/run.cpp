#include "synergy/monitor_adapter/run.hpp"

#include <optional>
#include <utility>

#include "parts.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/monitor/watch.hpp"

namespace synergy::monitor_adapter {
namespace {

namespace topics = schemas::topics;

/// Reads the profiles that the change names, then makes it.
Status change_body(const documents::DeployFolder& folder, const schemas::BodyChange& change,
                   monitor::Watch& watch) {
  std::optional<schemas::LinkProfile> link;
  std::optional<schemas::DeviceProfile> profile;
  if (!change.link.empty()) {
    auto read = folder.link(change.link);
    if (!read) return read.error();
    link = std::move(*read);
  }
  if (!change.profile.empty()) {
    auto read = folder.device_profile(change.profile);
    if (!read) return read.error();
    profile = std::move(*read);
  }
  return watch.change(change, link, profile);
}

/// Who is there: hears heartbeats, and publishes what changed.
class WatchOnBus {
 public:
  /// Borrows the context, whose loop it must outlive.
  WatchOnBus(runtime::Context& context, documents::DeployFolder folder, const schemas::BodyView& body)
      : context_(context), folder_(std::move(folder)), watch_(body) {
    follow();
    context_.bus().serve<schemas::BodyChange>(
        topics::command("monitor"),
        [this](const schemas::BodyChange& asked, const bus::Responder<schemas::BodyChange>& answer) {
          answer(change(asked, answer.request_id()));
        });
    context_.every(kJudgeEvery, [this] { publish_changes(); });
  }

  [[nodiscard]] const schemas::BodyView& body() const { return watch_.body(); }

 private:
  void follow() {
    // What an earlier monitor published last comes before the bus says that this one has joined.
    context_.bus().subscribe<schemas::BodyView>(topics::kBody, [this](const auto&, const auto& last) {
      if (!begun_ && watch_.take_over(last, context_.clock().monotonic()))
        context_.log().info("took_over", {{"body", last.name}});
    });
    context_.bus().subscribe<schemas::Health>(topics::kHealthPrefix, [this](const auto&, const auto& health) {
      watch_.hear(health, context_.clock().monotonic());
    });
  }
  void publish_changes() {
    begun_ |= context_.bus().joined();
    if (!begun_ || !watch_.judge(context_.clock().monotonic())) return;
    // State: the bus keeps it until there is room.
    (void)context_.bus().publish(topics::kBody, watch_.body());
    (void)context_.bus().publish(topics::kServices, watch_.services());
  }
  Result<schemas::Done> change(const schemas::BodyChange& asked, const std::string& request) {
    if (auto status = change_body(folder_, asked, watch_); !status) return status.error();
    const auto& battery = asked.battery_percent;
    context_.log().info("body_changed",
                        {{"link", LogValue::unless_empty(asked.link)},
                         {"device", LogValue::unless_empty(asked.device.text())},
                         {"profile", LogValue::unless_empty(asked.profile)},
                         {"battery_percent", battery ? LogValue(*battery) : LogValue::unless_empty("")}},
                        request);
    publish_changes();  // before the answer: from then on the change outlives this process
    return schemas::Done{"changed"};
  }

  runtime::Context& context_;
  documents::DeployFolder folder_;
  monitor::Watch watch_;
  bool begun_ = false;
};

}  // namespace

Status run(runtime::Context& context, const std::filesystem::path& deploy,
           const std::filesystem::path& body_file) {
  const documents::DeployFolder folder(deploy);
  const auto body = folder.body(body_file);
  if (!body) return body.error();
  const WatchOnBus watch(context, folder, *body);
  monitor::Usage usage(*body, context.clock().monotonic());
  publish_use(context, usage, watch.body());
  watch_room(context);
  keep_body(context, watch.body());
  context.ready();
  return context.run();
}

}  // namespace synergy::monitor_adapter
