// top: how the mesh is used, live.
#include "synergy/client/top.hpp"

#include <unistd.h>

#include <memory>
#include <optional>

#include "flags.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/screen.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/client/session.hpp"
#include "synergy/runtime/stop_signals.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;

struct TopFlags {
  double interval_s = 1;
  bool once = false;
};

/// How long the first figures may take to come: the monitor may have started a moment ago.
constexpr Duration kFirstUse = std::chrono::seconds(3);

/// The states of the mesh as they come.
struct Follower {
  TopView view;
  HostClock clock;
  MonotonicTime last_use = clock.monotonic();

  void subscribe(bus::Participant& bus) {
    follow_state<schemas::BodyView>(bus, topics::kBody, view.body);
    follow_state<schemas::CollaborationPlan>(bus, topics::kPlan, view.plan);
    follow_state<schemas::AppSet>(bus, topics::kApps, view.apps);
    follow_state<schemas::ServiceList>(bus, topics::kServices, view.services);
    bus.subscribe<schemas::MeshUse>(topics::kUse, [this](const auto&, const auto& use) {
      view.use = use;
      last_use = clock.monotonic();
    });
  }
  const TopView& now() {
    view.silence = clock.monotonic() - last_use;
    return view;
  }
};

Status follow(const Shared& shared, const TopFlags& flags, Session& session, Follower& follower,
              runtime::StopRequest& stop) {
  const bool on_screen = !shared.json && ::isatty(STDOUT_FILENO) == 1;
  const auto screen = on_screen ? std::make_unique<Screen>() : nullptr;
  const auto interval = from_seconds(flags.interval_s);
  Lines lines(shared);
  bool first = true;
  do {
    const auto& view = follower.now();
    if (screen) {
      const auto size = screen->size();
      screen->draw(to_screen(top_lines(view), size.rows, size.columns));
    } else {
      lines.print<schemas::MeshUse>(
          *view.use, [&](const auto&) { return (first ? "" : "\n") + to_plain(top_lines(view)); });
    }
    first = false;
  } while (!session.wait_until([&] { return stop.came(); }, interval));
  return {};
}

Status top(const Shared& shared, const TopFlags& flags) {
  // Before the bus starts its threads, which would end the program where this one only stops the loop.
  std::optional<runtime::StopRequest> stop;
  if (!flags.once) stop.emplace();
  Follower follower;
  const auto session =
      Session::open(shared.run_folder, [&](bus::Participant& bus) { follower.subscribe(bus); });
  if (!session) return session.error();
  const auto stopped = [&] { return stop && stop->came(); };
  const auto begun = [&] { return stopped() || follower.view.use.has_value(); };
  if (!(*session)->wait_until(begun, kFirstUse))
    return Error{ErrorCode::kUnavailable, "the monitor publishes nothing on '" + std::string(topics::kUse) +
                                              "'; synergy services tells whether it is there"};
  if (stopped()) return {};
  if (stop) return follow(shared, flags, **session, follower, *stop);
  print<schemas::MeshUse>(shared, *follower.view.use,
                          [&](const auto&) { return to_plain(top_lines(follower.now())); });
  return {};
}

}  // namespace

void add_top_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<TopFlags>();
  auto* command = add_command(made, [&shared, flags] { return top(shared, *flags); });
  command->add_flag("--once", flags->once, "show it once, and end");
  command->add_option("--interval", flags->interval_s, "seconds from one look to the next")
      ->between(0.1, 3600)
      ->show_default();
}

}  // namespace synergy::cli
