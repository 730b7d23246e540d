#include "synergy/client/live_names.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::client {
namespace {

namespace topics = schemas::topics;

void tidy(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

Result<LiveNames> live_names(const std::filesystem::path& run_folder, Duration join_time) {
  schemas::AppSet apps;
  schemas::BodyView body;
  schemas::ServiceList services;
  const auto prepare = [&](bus::Participant& bus) {
    follow_state<schemas::AppSet>(bus, topics::kApps, apps);
    follow_state<schemas::BodyView>(bus, topics::kBody, body);
    follow_state<schemas::ServiceList>(bus, topics::kServices, services);
  };
  // What the broker keeps of the states comes before its answer to joining.
  const auto session = Session::open(run_folder, prepare, join_time);
  if (!session) return session.error();
  LiveNames names;
  for (const auto& app : apps.apps) {
    names.apps.push_back(app.request.app.text());
    names.models.push_back(app.request.model.text());
  }
  for (const auto& device : body.devices) names.devices.push_back(device.id.text());
  for (const auto& service : services.services) names.processes.push_back(service.process);
  for (auto* list : {&names.apps, &names.devices, &names.models, &names.processes}) tidy(*list);
  return names;
}

bool broker_listens(const std::filesystem::path& run_folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = (run_folder / "bus.subscribe").native();
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  // A full backlog (EAGAIN) is a broker's, too.
  const bool listens = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
                       errno == EAGAIN || errno == EINPROGRESS;
  ::close(socket);
  return listens;
}

}  // namespace synergy::client
