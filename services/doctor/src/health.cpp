#include <algorithm>
#include <cstdio>

#include "synergy/client/session.hpp"
#include "synergy/doctor/mesh.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::doctor {

Result<Heard> listen(const std::filesystem::path& run_folder, const std::vector<std::string>& names) {
  Heard heard;
  const auto prepare = [&](bus::Participant& bus) {
    bus.subscribe<schemas::Health>(
        schemas::topics::kHealthPrefix,
        [&](const auto&, const schemas::Health& health) { heard.health[health.process] = health; });
    client::follow_state<schemas::MeshUse>(bus, schemas::topics::kUse, heard.use);
  };
  auto session = client::Session::open(run_folder, prepare);
  if (!session) return session.error();
  (void)(*session)->wait_until(
      [&] {
        return heard.use && std::all_of(names.begin(), names.end(),
                                        [&](const auto& name) { return heard.health.contains(name); });
      },
      kListen);
  return heard;
}

std::vector<Finding> judge_health(const std::vector<Seen>& running, const Result<Heard>& heard) {
  constexpr const char* kReady = "ready";
  if (running.empty()) return {};
  if (!heard)
    return {{Verdict::kProblem, kReady, "nobody answers on the bus: " + heard.error().message,
             "see mesh logs --level warn broker; then mesh down, mesh up"}};
  std::vector<Finding> found;
  std::size_t ready = 0;
  for (const auto& seen : running) {
    if (seen.name == runtime::kSupervisor || seen.stopped) continue;
    const auto health = heard->health.find(seen.name);
    if (health == heard->health.end()) {
      found.push_back(
          {Verdict::kProblem, kReady,
           seen.name + " (" + std::to_string(seen.pid) + ") runs and says nothing: it hangs, or is starved",
           "kill -KILL " + std::to_string(seen.pid) + ": it is started again; then mesh logs " + seen.name});
    } else if (health->second.in_trouble()) {
      found.push_back({Verdict::kProblem, kReady, seen.name + " is in trouble: " + health->second.note,
                       "do what it says; see mesh logs --level warn " + seen.name});
    } else if (health->second.state != schemas::LifeCycle::kReady) {
      found.push_back({Verdict::kProblem, kReady,
                       seen.name + " is not ready: " + std::string(schemas::name_of(health->second.state)) +
                           (health->second.note.empty() ? "" : ", " + health->second.told()),
                       "wait a moment and look again; else see mesh logs " + seen.name});
    } else {
      ++ready;
    }
  }
  if (found.empty())
    found.push_back({Verdict::kOk, kReady, std::to_string(ready) + " processes are ready and well", {}});
  return found;
}

Finding judge_lag(const std::optional<schemas::MeshUse>& use) {
  if (!use) return {Verdict::kWarning, "lag", "the monitor does not tell it", "see mesh logs monitor"};
  char says[96];
  std::snprintf(says, sizeof says,
                "what the mesh does is %.1f ms behind the hardware's time (99th percentile)",
                use->lag_p99_us / 1000);
  if (use->host_is_too_slow())
    return {Verdict::kWarning, "lag", says,
            "the host is too slow: end other work, run fewer apps, or start slower (mesh up --time-scale 2)"};
  return {Verdict::kOk, "lag", says, {}};
}

}  // namespace synergy::doctor
