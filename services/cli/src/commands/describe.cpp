// apps describe, devices describe.
#include <memory>

#include "../app_watch.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/description.hpp"
#include "synergy/client/session.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;

/// Of the whole mesh: those that tell of one thing are picked out here.
constexpr std::uint32_t kEventsLookedAt = 1000;

void listen(bus::Participant& bus, Heard& heard) {
  follow_state<schemas::AppSet>(bus, topics::kApps, heard.apps);
  follow_state<schemas::BodyView>(bus, topics::kBody, heard.body);
  follow_state<schemas::CollaborationPlan>(bus, topics::kPlan, heard.plan);
  follow_state<schemas::MeshUse>(bus, topics::kUse, heard.use);
}

/// A description without events is still one: a store that does not answer is told, and left out.
void ask_for_events(Session& session, Heard& heard) {
  auto table = session.ask(topics::command("store"), schemas::QueryEvents{kEventsLookedAt});
  if (table)
    heard.events = std::move(table->events);
  else
    std::fprintf(stderr, "synergy: without events: %s\n", table.error().message.c_str());
}

void ask_for_runs(Session& session, const AppId& app, Heard& heard) {
  const schemas::AppStatus* status = nullptr;
  for (const auto& each : heard.apps ? heard.apps->apps : std::vector<schemas::AppStatus>())
    if (each.request.app == app) status = &each;
  if (status == nullptr) return;
  RunSelection selection;
  selection.last = kRunsDescribed;
  auto selected = select_runs(runs_in_store(session, app), status->next_run, selection);
  if (selected)
    heard.runs = std::move(selected->runs);
  else
    std::fprintf(stderr, "synergy: without runs: %s\n", selected.error().message.c_str());
}

/// Everything is a state that its owner publishes at once, but for what is not there yet: a plan, figures.
constexpr auto kPatience = std::chrono::seconds(1);

Result<std::unique_ptr<Session>> open(const Shared& shared, Heard& heard) {
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) { listen(bus, heard); });
  if (session)
    (void)(*session)->wait_until(
        [&] {
          const bool none_planned =
              heard.apps && std::all_of(heard.apps->apps.begin(), heard.apps->apps.end(),
                                        [](const auto& app) { return app.plan_id == 0; });
          return heard.apps && heard.body && heard.use && (heard.plan || none_planned);
        },
        kPatience);
  return session;
}

Status describe_one_app(const Shared& shared, const AppId& app) {
  Heard heard;
  const auto session = open(shared, heard);
  if (!session) return session.error();
  if (!heard.apps)
    return Error{ErrorCode::kUnavailable,
                 "the dispatcher says nothing of its apps; synergy services tells whether it is there"};
  ask_for_runs(**session, app, heard);
  ask_for_events(**session, heard);
  const auto made = describe_app(app, heard);
  if (!made) return made.error();
  print<AppDescription>(shared, *made,
                        [&](const AppDescription& told) { return to_text(told, shared.colours); });
  return {};
}

Status describe_one_device(const Shared& shared, const DeviceId& device) {
  Heard heard;
  const auto session = open(shared, heard);
  if (!session) return session.error();
  ask_for_events(**session, heard);
  const auto made = describe_device(device, heard);
  if (!made) return made.error();
  print<DeviceDescription>(shared, *made,
                           [&](const DeviceDescription& told) { return to_text(told, shared.colours); });
  return {};
}

}  // namespace

void add_app_description_command(const NewCommand& made) {
  auto app = std::make_shared<std::string>();
  add_state_command(made, [&shared = made.shared, app] { return describe_one_app(shared, AppId(*app)); })
      ->add_option("APP", *app, "its name")
      ->required();
}

void add_device_description_command(const NewCommand& made) {
  auto device = std::make_shared<std::string>();
  add_state_command(
      made, [&shared = made.shared, device] { return describe_one_device(shared, DeviceId(*device)); })
      ->add_option("DEVICE", *device, "its id")
      ->required();
}

}  // namespace synergy::cli
