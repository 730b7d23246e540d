// services, health.
#include <algorithm>
#include <memory>

#include "flags.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/table.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::cli {
namespace {

struct HealthFlags {
  std::vector<std::string> processes;
  double wait_s = 0;
};

Tone tone_of(const schemas::Health& health) {
  if (health.in_trouble() || health.state == schemas::LifeCycle::kSilent) return Tone::kBad;
  return health.state == schemas::LifeCycle::kReady ? Tone::kPlain : Tone::kWaiting;
}

std::string services_table(const schemas::ServiceList& list, Colours colours) {
  Table table({"PROCESS", "STATE", "PID", "GAPS", "DROPPED", "NOTE"});
  const auto counter = [](const schemas::Health& health, const char* name) {
    const auto count = health.counter(name);
    return count ? std::to_string(*count) : std::string("-");
  };
  for (const auto& health : list.services) {
    table.add({health.process, std::string(schemas::name_of(health.state)), std::to_string(health.pid),
               counter(health, "bus.gaps"), counter(health, "bus.dropped"), health.told()});
    table.mark(1, tone_of(health));
  }
  return table.text(colours);
}

/// Hears each process itself rather than the monitor's word on it: the monitor may be what is not ready.
Status health(Shared& shared, const HealthFlags& flags) {
  std::map<std::string, schemas::Health> heard;
  const auto wait = from_seconds(std::max(flags.wait_s, 1.5));
  const auto prepare = [&](bus::Participant& bus) {
    bus.subscribe<schemas::Health>(schemas::topics::kHealthPrefix,
                                   [&](const auto&, const schemas::Health& h) { heard[h.process] = h; });
  };
  auto session = Session::open(shared.run_folder, prepare, wait);
  if (!session) return session.error();
  const auto ready = [&](const std::string& process) {
    const auto found = heard.find(process);
    return found != heard.end() && found->second.state == schemas::LifeCycle::kReady &&
           !found->second.in_trouble();
  };
  const auto all_ready = [&] { return std::all_of(flags.processes.begin(), flags.processes.end(), ready); };
  if ((*session)->wait_until(all_ready, wait)) return {};
  std::string text;
  for (const auto& process : flags.processes) {
    if (ready(process)) continue;
    const auto found = heard.find(process);
    text += (text.empty() ? "" : "; ") + process + ": " +
            (found == heard.end() ? "not heard of"
                                  : std::string(schemas::name_of(found->second.state)) +
                                        (found->second.note.empty() ? "" : ", " + found->second.told()));
  }
  return Error{ErrorCode::kTimeout, "not ready: " + text};
}

}  // namespace

void add_services_command(const NewCommand& made) {
  add_state_command(made, [&shared = made.shared]() -> Status {
    const auto list = read_state<schemas::ServiceList>(shared.run_folder, schemas::topics::kServices);
    if (!list) return list.error();
    print<schemas::ServiceList>(shared, *list,
                                [&](const auto& told) { return services_table(told, shared.colours); });
    return {};
  });
}

void add_health_command(const NewCommand& made) {
  auto flags = std::make_shared<HealthFlags>();
  auto* command = add_plain_command(made, [&shared = made.shared, flags] { return health(shared, *flags); });
  command->add_option("PROCESS", flags->processes, "e.g. planner, executor/glasses")->required();
  command->add_option("--wait", flags->wait_s, "seconds to wait for them")->between(0, 86400);
}

}  // namespace synergy::cli
