#include "synergy/gateway/device_move.hpp"

#include <array>
#include <sstream>
#include <string_view>

#include "synergy/schemas/roster.hpp"

namespace synergy::gateway {
namespace {

std::string program_of(std::string_view kind, const DeviceId& device) {
  return std::string(schemas::process::word_of(kind)) + "-" + device.text();
}

bool is_to_move(std::string_view state, DeviceMove move) {
  constexpr std::array<std::string_view, 3> kThere{"RUNNING", "STARTING", "BACKOFF"};
  constexpr std::array<std::string_view, 4> kGone{"STOPPED", "EXITED", "FATAL", "BACKOFF"};
  const auto holds = [&](const auto& states) {
    for (const auto one : states)
      if (one == state) return true;
    return false;
  };
  return move == DeviceMove::kLeave ? holds(kThere) : holds(kGone);
}

}  // namespace

std::map<std::string, std::string> states_in(const std::string& status) {
  std::map<std::string, std::string> states;
  std::istringstream lines(status);
  for (std::string line, name, state; std::getline(lines, line);)
    if (std::istringstream(line) >> name >> state) states.emplace(name, state);
  return states;
}

Result<std::vector<std::string>> processes_to_move(const std::map<std::string, std::string>& states,
                                                   const DeviceId& device, DeviceMove move) {
  std::vector<std::string> chosen;
  for (const auto kind : {schemas::process::kExecutor, schemas::process::kAccelerator}) {
    const auto name = program_of(kind, device);
    const auto found = states.find(name);
    if (found == states.end())
      return Error{ErrorCode::kNotFound, "supervisord has no process '" + name +
                                             "': this mesh was not started with device '" + device.text() +
                                             "'"};
    if (is_to_move(found->second, move)) chosen.push_back(name);
  }
  if (!chosen.empty()) return chosen;
  return Error{ErrorCode::kConflict,
               "device '" + device.text() + "' " +
                   (move == DeviceMove::kLeave ? "has left already" : "is there already")};
}

}  // namespace synergy::gateway
