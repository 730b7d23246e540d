// The monitor: publishes the live body view, the list of processes and how the mesh is used, and has the
// body's profiles stored.
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "synergy/documents/load.hpp"
#include "synergy/monitor/usage.hpp"
#include "synergy/monitor/watch.hpp"
#include "synergy/runtime/room.hpp"
#include "synergy/runtime/service_main.hpp"
#include "synergy/schemas/store.hpp"

using namespace synergy;
using namespace std::chrono_literals;

namespace {

/// Of the run folder.
constexpr Duration kLookAtRoom = 500ms;
constexpr Duration kKeepBodyAgainAfter = 2s;

/// Asks the store to keep the body, for as long as it takes: the store, or room on its disk, may come later.
void keep_body(runtime::Context& context, const schemas::BodyView& body) {
  context.bus().call(schemas::topics::command("store"), schemas::StoreBody{body}, 10s,
                     [&context, body](const Result<schemas::Done>& done) {
                       if (done) return context.log().info("body_stored", {{"body", body.name}});
                       context.log().warn("body_not_stored", {{"error", done.error().message}});
                       if (done.error().code == ErrorCode::kInvalid) return;  // it would be so again
                       context.at(context.clock().monotonic() + kKeepBodyAgainAfter,
                                  [&context, body] { keep_body(context, body); });
                     });
}

/// Reads the profiles that the change names, then makes it.
Result<schemas::Done> change_body(const documents::DeployFolder& folder, const schemas::BodyChange& change,
                                  monitor::Watch& watch, runtime::Context& context) {
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
  if (auto status = watch.change(change, link, profile); !status) return status.error();
  context.log().info("body_changed",
                     {{"link", change.link}, {"device", change.device.text()}, {"profile", change.profile}});
  return schemas::Done{"changed"};
}

/// Hears what the use of the mesh is made of, and publishes it.
void publish_use(runtime::Context& context, monitor::Usage& usage) {
  auto& bus = context.bus();
  const auto now = [&context] { return context.clock().monotonic(); };
  bus.subscribe<schemas::Health>(
      schemas::topics::kHealthPrefix,
      [&usage, now](const auto&, const schemas::Health& health) { usage.hear(health, now()); });
  bus.subscribe<schemas::RunResult>(
      schemas::topics::kResultPrefix,
      [&usage, now](const auto&, const schemas::RunResult& result) { usage.hear(result, now()); });
  bus.subscribe<schemas::RunFailed>(
      schemas::topics::kFailedPrefix,
      [&usage, now](const auto&, const schemas::RunFailed& failed) { usage.hear(failed, now()); });
  bus.subscribe<schemas::CollaborationPlan>(
      schemas::topics::kPlan,
      [&usage](const auto&, const schemas::CollaborationPlan& plan) { usage.hear(plan); });
  bus.subscribe<schemas::AppSet>(schemas::topics::kApps,
                                 [&usage](const auto&, const schemas::AppSet& apps) { usage.hear(apps); });
  context.every(monitor::kUsePeriod, [&bus, &usage, now] {
    (void)bus.publish(schemas::topics::kUse, usage.use(now()));  // state: the newest goes when there is room
  });
}

/// Says that logs are lost while the disk of the run folder is full: no process sees that of its own log,
/// which supervisord writes.
void watch_room(runtime::Context& context) {
  const auto room = std::make_shared<Status>();
  context.every(kLookAtRoom, [&context, room] {
    const bool was_there = bool(*room);
    *room = runtime::check_room(context.folder().path());
    if (was_there && !*room) context.log().error("logs_are_lost", {{"error", room->error().message}});
    if (!was_there && *room) context.log().info("logs_again");
  });
  context.tell([room] { return *room ? std::string() : "logs are lost: " + room->error().message; });
  context.report([room] {
    return std::map<std::string, std::uint64_t>{{schemas::kTroubleCounter, *room ? 0 : 1}};
  });
}

}  // namespace

int main(int argc, char** argv) {
  std::string deploy, body_file;
  return runtime::service_main(
      argc, argv, {"monitor", "Watches the devices of one body and publishes who is there."},
      [&](runtime::Options& options) {
        options.required_text("--deploy", deploy, "folder with devices, links, bodies, models",
                              "SYNERGY_DEPLOY");
        options.required_text("--body", body_file, "the body file", "SYNERGY_BODY");
      },
      [&](runtime::Context& context) -> Status {
        auto body = documents::DeployFolder(deploy).body(body_file);
        if (!body) return body.error();
        monitor::Watch watch(*body);
        auto& bus = context.bus();
        bool begun = false;
        // What an earlier monitor published last comes before the bus says that this one has joined.
        bus.subscribe<schemas::BodyView>(schemas::topics::kBody,
                                         [&](const schemas::Envelope&, const schemas::BodyView& last) {
                                           if (!begun && watch.take_over(last, context.clock().monotonic()))
                                             context.log().info("took_over", {{"body", last.name}});
                                         });
        const auto publish_changes = [&] {
          begun |= bus.joined();
          if (!begun || !watch.judge(context.clock().monotonic())) return;
          (void)bus.publish(schemas::topics::kBody,
                            watch.body());  // state: the bus keeps it until there is room
          (void)bus.publish(schemas::topics::kServices, watch.services());
        };
        bus.subscribe<schemas::Health>(schemas::topics::kHealthPrefix,
                                       [&](const schemas::Envelope&, const schemas::Health& health) {
                                         watch.hear(health, context.clock().monotonic());
                                       });
        bus.serve<schemas::BodyChange>(
            schemas::topics::command("monitor"), [&](const schemas::BodyChange& change) {
              auto done = change_body(documents::DeployFolder(deploy), change, watch, context);
              if (done) publish_changes();  // before the answer: from then on it outlives this process
              return done;
            });
        monitor::Usage usage(*body, context.clock().monotonic());
        publish_use(context, usage);
        watch_room(context);
        context.every(100ms, publish_changes);
        keep_body(context, watch.body());
        context.ready();
        return context.run();
      });
}
