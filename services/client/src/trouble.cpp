#include "synergy/client/trouble.hpp"

namespace synergy::client {

std::vector<std::string> troubles(const schemas::ServiceList& services) {
  std::vector<std::string> lines;
  for (const auto& health : services.services)
    if (health.in_trouble() && health.state != schemas::LifeCycle::kSilent)
      lines.push_back("TROUBLE: " + health.process + ": " + health.note);
  return lines;
}

}  // namespace synergy::client
