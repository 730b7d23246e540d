#include "devices.hpp"

#include <string_view>
#include <utility>

#include "child.hpp"
#include "synergy/base/places.hpp"
#include "synergy/base/visible_text.hpp"

namespace synergy::gateway_adapter {
namespace {

using gateway::DeviceMove;

/// Its two processes end in order within 5 s each.
constexpr Duration kMoveTime = std::chrono::seconds(20);
constexpr std::size_t kMaxToldBytes = 500;

std::string told(const Ended& ended) {
  return visible(std::string_view(ended.output).substr(0, kMaxToldBytes));
}

}  // namespace

Status Devices::move(const DeviceId& device, DeviceMove move) {
  const auto script = Places::here().script;
  if (!std::filesystem::exists(configuration_))
    return Error{ErrorCode::kUnavailable, "devices leave and come back only in a mesh that " + script +
                                              " up started: there is no supervisord to ask"};
  const auto turn = moving_.wait(kMoveTime);
  if (!turn)
    return Error{ErrorCode::kOverloaded, "other devices are leaving or joining; ask again in a moment"};
  const std::vector<std::string> control{"supervisorctl", "-c", configuration_.string()};
  auto words = control;
  words.emplace_back("status");
  const auto looked = run_child(words, kMoveTime);
  if (!looked) return looked.error();
  if (looked->code != 0 && looked->code != 3)  // 3: some process is down, which the lines show
    return Error{ErrorCode::kUnavailable, "supervisord does not answer (" + told(*looked) +
                                              "); make the mesh whole with: " + script + " down, then " +
                                              script + " up"};
  const auto chosen = gateway::processes_to_move(gateway::states_in(looked->output), device, move);
  if (!chosen) return chosen.error();
  words = control;
  words.emplace_back(move == DeviceMove::kLeave ? "stop" : "start");
  words.insert(words.end(), chosen->begin(), chosen->end());
  const auto moved = run_child(words, kMoveTime);
  if (!moved) return moved.error();
  if (moved->code == 0) return {};
  return Error{ErrorCode::kEnvironment,
               "not all processes of device '" + device.text() + "' obeyed: " + told(*moved)};
}

}  // namespace synergy::gateway_adapter
