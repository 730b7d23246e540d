#include "synergy/client/recording_index.hpp"

#include <algorithm>

#include "synergy/client/recorded_message.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/roster.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/schemas/topics.hpp"
#include "synergy/schemas/trace.hpp"

namespace synergy::client {
namespace {

namespace topics = schemas::topics;

/// So many packets are read between two questions whether to go on.
constexpr std::uint64_t kPacketsBetweenLooks = 1024;
/// By so many results the beginning is found on the model's time line: the first ones, which no later change
/// of the time scale can touch.
constexpr std::size_t kTimedResults = 200;

bool has_place(std::string_view topic) {
  static const auto owners = {topics::health(schemas::process::kMonitor),
                              topics::health(schemas::process::kDispatcher)};
  return (topic.starts_with("state/") && topic != topics::kBroker) ||
         topic.starts_with(topics::kEventPrefix) ||
         std::find(owners.begin(), owners.end(), topic) != owners.end();
}

template <class T>
std::span<const T> below(const std::vector<T>& all, std::uint32_t end) {
  const auto last = std::partition_point(all.begin(), all.end(), [&](const T& one) {
    if constexpr (std::is_integral_v<T>)
      return one < end;
    else
      return one.entry < end;
  });
  return {all.data(), std::size_t(last - all.begin())};
}

}  // namespace

Result<RecordingIndex> RecordingIndex::of(RecordingReader& recording, const std::function<bool()>& go_on) {
  RecordingIndex index;
  index.header_ = recording.header();
  while (true) {
    auto packet = recording.next();
    if (!packet) return packet.error();
    if (!*packet) break;
    if (auto status = index.add(**packet, recording.offset()); !status)
      return status.error().at(recording.name());
    if (recording.packets() % kPacketsBetweenLooks == 0 && !go_on())
      return Error{ErrorCode::kUnavailable, recording.name() + ": its reading was interrupted"};
  }
  index.finish(recording);
  return index;
}

void RecordingIndex::finish(const RecordingReader& recording) {
  length_ = std::max(recording.end() ? recording.end()->lasted : Duration(0), recording.last());
  shortcomings_ = client::shortcomings(recording);
  const auto add = [&](const std::string& what) {
    shortcomings_ += (shortcomings_.empty() ? recording.name() + ": " : "; ") + what;
  };
  if (unread_ > 0)
    add(std::to_string(unread_) +
        " messages are of versions that this program does not read, and are not shown");
  if (lists(topics::kBody).empty())
    add("there is no state/body in it, without which a page shows nothing; record without --topic");
  entries_.shrink_to_fit();
}

Status RecordingIndex::add(const RecordedPacket& packet, std::uint64_t offset) {
  if (entries_.size() >= kMaxEntries)
    return Error{ErrorCode::kOverloaded, "has more than " + std::to_string(kMaxEntries) +
                                             " messages to show; record shorter pieces (--duration)"};
  const auto kind = schemas::class_of(packet.topic);
  if (has_place(packet.topic)) {
    add_to(packet.topic, packet, offset);
    note_changes(packet);
  } else if (packet.topic == topics::command(schemas::process::kStore) ||
             kind == schemas::TopicClass::kDirect) {
    add_told(packet, offset);
  }
  return {};
}

void RecordingIndex::add_to(std::string_view list, const RecordedPacket& packet, std::uint64_t offset) {
  auto known = numbers_.find(list);
  if (known == numbers_.end()) {
    known = numbers_.emplace(list, std::uint32_t(names_.size())).first;
    names_.emplace_back(list);
    lists_.emplace_back();
  }
  lists_[known->second].push_back(std::uint32_t(entries_.size()));
  entries_.push_back({packet.at, offset, known->second});
}

/// A command to the store, or an answer: by what it says.
void RecordingIndex::add_told(const RecordedPacket& packet, std::uint64_t offset) {
  std::string schema;
  (void)schemas::open(packet.payload, [&](const schemas::Envelope& envelope, schemas::Node) -> Status {
    schema = envelope.schema;
    return {};
  });
  if (schema == schemas::TaskTable::kMessage.name) {
    if (const auto table = message_in<schemas::TaskTable>(packet))
      add_to(std::string(kTasksPrefix) + table->device.text(), packet, offset);
  } else if (schema == kStoreRuns) {
    add_to(schema, packet, offset);
    note_runs(packet);
  } else if (schema == kStoreDecisions) {
    add_to(schema, packet, offset);
    const auto decision = message_in<schemas::StoreDecision>(packet);
    if (decision && decision->plan) note_plan(decision->plan->id);
    unread_ += decision ? 0 : 1;
  } else if (schema == kStoreSwitches) {
    add_to(schema, packet, offset);
  }
}

/// What the packet that was entered last changes, and what it tells of the time.
void RecordingIndex::note_changes(const RecordedPacket& packet) {
  const auto entry = std::uint32_t(entries_.size() - 1);
  if (packet.topic == topics::kPlan) {
    const auto plan = message_in<schemas::CollaborationPlan>(packet);
    if (plan) note_plan(plan->id);
    unread_ += plan ? 0 : 1;
  }
  if (packet.topic == topics::kBody)
    if (const auto body = message_in<schemas::BodyView>(packet)) time_scale_ = body->time_scale;
  const auto change = changes_.see(packet);
  if (change.plan) in_force_.push_back(entry);
  departures_.insert(departures_.end(), change.departures, entry);
  if (timed_ == kTimedResults || !packet.topic.starts_with(topics::kResultPrefix)) return;
  const auto result = message_in<schemas::RunResult>(packet);
  if (!result) return;
  // Each came a little later than it ended; the one that was fastest tells the beginning best.
  const auto ended = TimeScale(time_scale_).to_host(result->ended) + result->lag;
  origin_ = timed_ == 0 ? ended - packet.at : std::max(origin_, ended - packet.at);
  ++timed_;
}

void RecordingIndex::note_plan(std::uint64_t id) {
  if (known_plans_.insert(id).second) plans_.push_back({id, std::uint32_t(entries_.size() - 1)});
}

void RecordingIndex::note_runs(const RecordedPacket& packet) {
  const auto entry = std::uint32_t(entries_.size() - 1);
  const auto told = message_in<schemas::StoreRuns>(packet);
  unread_ += told ? 0 : 1;
  if (!told) return;
  for (const auto& run : told->runs) runs_[run.app.text()].push_back({run.run, entry});
}

std::uint32_t RecordingIndex::until(Duration at) const {
  const auto end = std::partition_point(entries_.begin(), entries_.end(),
                                        [&](const Entry& entry) { return entry.at <= at; });
  return std::uint32_t(end - entries_.begin());
}

std::span<const std::uint32_t> RecordingIndex::places(std::string_view list, std::uint32_t end) const {
  const auto known = numbers_.find(list);
  if (known == numbers_.end()) return {};
  return below(lists_[known->second], end);
}

const RecordingIndex::Entry* RecordingIndex::newest(std::string_view list, std::uint32_t end) const {
  const auto found = places(list, end);
  return found.empty() ? nullptr : &entries_[found.back()];
}

std::vector<std::string> RecordingIndex::lists(std::string_view prefix) const {
  std::vector<std::string> found;
  for (const auto& [name, number] : numbers_)
    if (name.starts_with(prefix)) found.push_back(name);
  return found;
}

std::span<const RecordingIndex::RunPlace> RecordingIndex::runs(const std::string& app,
                                                               std::uint32_t end) const {
  const auto known = runs_.find(app);
  return known == runs_.end() ? std::span<const RunPlace>() : below(known->second, end);
}

std::span<const RecordingIndex::PlanPlace> RecordingIndex::plans(std::uint32_t end) const {
  return below(plans_, end);
}

std::vector<RecordedApp> RecordingIndex::apps(std::uint32_t end, Duration at) const {
  std::map<std::string, RecordedApp> apps;
  for (const auto prefix : {topics::kResultPrefix, topics::kFailedPrefix})
    for (const auto& list : lists(prefix)) {
      const auto count = places(list, end).size();
      if (count == 0) continue;
      auto& app = apps[list.substr(prefix.size())];
      (prefix == topics::kResultPrefix ? app.results : app.failed) = count;
    }
  std::vector<RecordedApp> all;
  for (auto& [name, app] : apps) {
    app.app = name;
    app.results_per_second = at > Duration(0) ? double(app.results) / seconds(at) : 0;
    all.push_back(std::move(app));
  }
  return all;
}

std::uint64_t RecordingIndex::plans_in_force(std::uint32_t end) const { return below(in_force_, end).size(); }
std::uint64_t RecordingIndex::departures(std::uint32_t end) const { return below(departures_, end).size(); }

}  // namespace synergy::client
