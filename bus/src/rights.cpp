#include "synergy/bus/rights.hpp"

#include <algorithm>
#include <utility>

#include "process_lives.hpp"
#include "synergy/schemas/envelope.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/roster.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::bus {
namespace {

/// Names that a process takes later are known after this.
constexpr auto kNamesHold = std::chrono::seconds(10);
/// One that has none may be taking its lock just now.
constexpr auto kNoNamesHold = std::chrono::milliseconds(100);
/// Processes, and names that joined, remembered at most. Those that have ended are forgotten first.
constexpr std::size_t kMostKnown = 4096;

bool is_named(const std::string& name, std::string_view owner) {
  return owner.ends_with('/') ? name.starts_with(owner) : name == owner;
}

std::string from(pid_t process) { return "it came from process " + std::to_string(process); }

/// Who is meant, in words.
std::string named(std::string_view owner) {
  return owner.ends_with('/') ? "an " + std::string(owner.substr(0, owner.size() - 1))
                              : "'" + std::string(owner) + "'";
}

template <class Map, class ProcessOf>
void make_room(Map& map, ProcessOf process_of) {
  if (map.size() < kMostKnown) return;
  std::erase_if(map, [&](const auto& one) { return !process_lives(process_of(one)); });
  if (map.size() >= kMostKnown) map.erase(map.begin());
}

/// Anybody may ask the dispatcher, at any length: for a pinned placement, say.
constexpr std::string_view kToDispatcher = "cmd/dispatcher";

}  // namespace

std::optional<Rights::Refusal> Rights::refusal(std::string_view topic, std::span<const std::uint8_t> payload,
                                               pid_t process, MonotonicTime now) {
  if (!names_ || process == 0) return std::nullopt;
  if (topic == "cmd/store" || topic == "cmd/broker" || topic == kToDispatcher)
    return command_refusal(topic, payload, process, now);
  if (schemas::class_of(topic) == schemas::TopicClass::kDirect) {
    if (is_of_mesh(process, now)) return std::nullopt;
    return Refusal{"only processes of the mesh answer commands; " + from(process), {}, {}};
  }
  const auto owner = schemas::owner_of_topic(topic);
  if (owner.empty() || is(process, owner, now)) return std::nullopt;
  return Refusal{
      "only " + named(owner) + " publishes on '" + std::string(topic) + "'; " + from(process), {}, {}};
}

bool Rights::is(pid_t process, std::string_view owner, MonotonicTime now) {
  const auto& names = known(process, now).names;
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& name) { return is_named(name, owner) || name == kReplay; });
}

bool Rights::is_of_mesh(pid_t process, MonotonicTime now) {
  const auto& names = known(process, now).names;
  return std::any_of(names.begin(), names.end(),
                     [](const auto& name) { return name == kReplay || schemas::is_name_of_mesh(name); });
}

const Rights::Known& Rights::known(pid_t process, MonotonicTime now) {
  const auto found = known_.find(process);
  if (found != known_.end() && now < found->second.until) return found->second;
  auto names = names_(process);
  if (found == known_.end()) make_room(known_, [](const auto& one) { return one.first; });
  auto& known = known_[process];
  // A process holds its locks while it lives: that it seems to have none any more tells of a look that
  // failed.
  const bool holds = !known.names.empty() && process_lives(process);
  if (names && (!names->empty() || !holds)) known.names = own(std::move(*names), process);
  known.until = now + (known.names.empty() || !names ? Duration(kNoNamesHold) : Duration(kNamesHold));
  return known;
}

std::vector<std::string> Rights::own(std::vector<std::string> names, pid_t process) {
  make_room(owners_, [](const auto& one) { return one.second; });  // anybody may make locks of ever new names
  std::erase_if(names, [&](const auto& name) {
    const auto [owner, first] = owners_.try_emplace(name, process);
    if (!first && owner->second != process && process_lives(owner->second)) return true;
    owner->second = process;
    return false;
  });
  return names;
}

std::optional<Rights::Refusal> Rights::command_refusal(std::string_view topic,
                                                       std::span<const std::uint8_t> payload, pid_t process,
                                                       MonotonicTime now) {
  if (is(process, schemas::process::kDispatcher, now))
    return std::nullopt;  // its large batches are not read twice
  const bool stranger = known(process, now).names.empty();
  if (stranger && topic != kToDispatcher && payload.size() > kMostOfStranger)
    return Refusal{"a command to '" + std::string(topic) + "' has at most " +
                       std::to_string(kMostOfStranger) + " bytes; " + from(process),
                   {},
                   {}};
  std::optional<Refusal> refusal;
  const auto read = schemas::open(payload, [&](const schemas::Envelope& envelope, schemas::Node) -> Status {
    const auto owner = schemas::owner_of_command(envelope.schema);
    std::optional<std::string> reason;
    if (!owner.empty() && !is(process, owner, now))
      reason = "'" + envelope.schema + "' is only taken from " + named(owner) + "; " + from(process);
    else if (envelope.schema == schemas::Join::kMessage.name)
      reason = join_refusal(envelope.sender, process, now);
    if (reason) refusal = Refusal{*reason, envelope.sender, envelope.request_id};
    return {};
  });
  (void)read;  // a damaged message is the receiver's to refuse, and to count
  return refusal;
}

std::optional<std::string> Rights::join_refusal(const std::string& name, pid_t process, MonotonicTime now) {
  if (schemas::is_name_of_mesh(name)) {
    if (is(process, name, now)) return std::nullopt;
    return "'" + name + "' is the name of a process of the mesh; take another; " + from(process);
  }
  const auto found = joined_.find(name);
  if (found != joined_.end() && found->second != process && process_lives(found->second))
    return "'" + name + "' is taken by process " + std::to_string(found->second) + "; take another; " +
           from(process);
  if (found == joined_.end()) make_room(joined_, [](const auto& one) { return one.second; });
  joined_[name] = process;
  return std::nullopt;
}

}  // namespace synergy::bus
