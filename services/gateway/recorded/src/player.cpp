#include "synergy/gateway_recorded/player.hpp"

#include <algorithm>
#include <utility>

#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/roster.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::gateway_recorded {
namespace {

namespace topics = schemas::topics;
using gateway::StateKind;

constexpr std::array<std::string_view, gateway::kStateKinds> kTopics{
    topics::kBody, topics::kApps, topics::kPlan, topics::kServices, topics::kUse};

/// The newest answers are told after a seek, as far as they lie back no further: of each app one.
constexpr Duration kAnswersBack = std::chrono::seconds(10);

struct Told {
  std::string file, body, note;
  UnixTime started{};
  Duration length{0}, at{0};
  double speed = 1;
  bool playing = false;
  std::vector<client::RecordedApp> apps;
  std::uint64_t plans = 0, departures = 0;
  static void fields(auto& f) {
    using T = Told;
    f.required("file", &T::file, "name of the file");
    f.required("body", &T::body, "name of the body; empty: not known");
    f.required("note", &T::note, "what is to be known of it; empty: it is whole");
    f.required("started_unix_ns", &T::started, "when it began");
    f.required("length_ns", &T::length, "from its beginning to its end");
    f.required("at_ns", &T::at, "what is shown, since the beginning");
    f.required("speed", &T::speed, "recorded seconds in a second");
    f.required("playing", &T::playing, "whether it plays");
    f.required("apps", &T::apps, "up to then, as of replay --info");
    f.required("plans", &T::plans, "that came in force up to then");
    f.required("departures", &T::departures, "how often a device left, up to then");
  }
};

template <class T>
void set_on(gateway::Board& board, RecordingFile& file, const client::RecordingIndex::Entry& entry) {
  if (const auto state = file.message<T>(entry)) (void)board.set(*state, file.index().origin() + entry.at);
}

}  // namespace

Player::Player(RecordingFile& file, gateway::Board& board, gateway::StreamHub& hub, const Clock& clock)
    : file_(file), board_(board), hub_(hub), clock_(clock), play_(file.index().length()) {
  const std::lock_guard turn(turn_);
  rebuild({});
}

Duration Player::at() const {
  const std::lock_guard lock(mutex_);
  return play_.at(clock_.monotonic());
}

std::uint32_t Player::end() const { return file_.index().until(std::max(at(), kBeginning)); }

std::string Player::snapshot() {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.monotonic();
  return board_.snapshot(file_.index().origin() + play_.at(now), told_at(now));
}

std::string Player::told() {
  const std::lock_guard lock(mutex_);
  return told_at(clock_.monotonic());
}

std::string Player::told_at(MonotonicTime now) const {
  const auto& index = file_.index();
  const auto at = play_.at(now);
  const auto end = index.until(at);
  const auto name = std::filesystem::path(file_.name()).filename().string();
  return schemas::to_json(Told{name, index.header().body, trouble_.empty() ? index.shortcomings() : trouble_,
                               index.header().started, index.length(), at, play_.speed(), play_.plays(now),
                               index.apps(end, at), index.plans_in_force(end), index.departures(end)});
}

Status Player::play(const gateway::PlayCommand& command) {
  const std::lock_guard turn(turn_);
  const auto now = clock_.monotonic();
  const bool begins_anew = [&] {
    const std::lock_guard lock(mutex_);
    return command.playing.value_or(false) && play_.at(now) == play_.length();
  }();
  if (command.at || begins_anew) {
    rebuild(command);
  } else {
    {
      const std::lock_guard lock(mutex_);
      apply(command, now);
    }
    tell_where(now, true);
  }
  if (const auto trouble = file_.trouble(); !trouble.empty()) return Error{ErrorCode::kInvalid, trouble};
  return {};
}

void Player::apply(const gateway::PlayCommand& command, MonotonicTime now) {
  if (command.at) play_.seek(*command.at, now);
  if (command.speed) play_.set_speed(*command.speed, now);
  if (command.playing) *command.playing ? play_.play(now) : play_.pause(now);
}

/// The state of the mesh where the command leads to, from nothing.
void Player::rebuild(const gateway::PlayCommand& command) {
  std::array<std::string, gateway::kStateKinds> states;
  {
    const std::lock_guard lock(mutex_);
    const auto& index = file_.index();
    const auto now = clock_.monotonic();
    apply(command, now);
    next_ = index.until(play_.at(now));
    const auto end = std::max(next_, index.until(kBeginning));
    board_.forget();
    for (std::size_t i = 0; i < gateway::kStateKinds; ++i)
      if (const auto* entry = index.newest(kTopics[i], end)) set(StateKind(i), *entry);
    for (const auto owner : {schemas::process::kMonitor, schemas::process::kDispatcher})
      if (const auto* entry = index.newest(topics::health(owner), end)) hear(*entry);
    for (std::size_t i = 0; i < gateway::kStateKinds; ++i)
      if (auto json = board_.json(StateKind(i)); json != "null") states[i] = std::move(json);
    played_ = play_.plays(now);
    waiting_ = {};
    heard_.clear();
  }
  results_ = {};
  tasks_.forget();
  hub_.replace(snapshot(), states);
  show_last_answers();
}

void Player::set(StateKind kind, const Entry& entry) {
  switch (kind) {
    case StateKind::kBody:
      return set_on<schemas::BodyView>(board_, file_, entry);
    case StateKind::kApps:
      return set_on<schemas::AppSet>(board_, file_, entry);
    case StateKind::kPlan:
      return set_on<schemas::CollaborationPlan>(board_, file_, entry);
    case StateKind::kServices:
      return set_on<schemas::ServiceList>(board_, file_, entry);
    case StateKind::kUse:
      return set_on<schemas::MeshUse>(board_, file_, entry);
  }
}

void Player::hear(const Entry& entry) {
  if (const auto health = file_.message<schemas::Health>(entry))
    board_.heard(*health, file_.index().origin() + entry.at);
}

void Player::step() {
  const std::lock_guard turn(turn_);
  const auto now = clock_.monotonic();
  const auto [end, plays] = [&] {
    const std::lock_guard lock(mutex_);
    return std::pair(file_.index().until(play_.at(now)), play_.plays(now));
  }();
  const bool stops = played_ && !plays;
  played_ = plays;
  for (; next_ < end; ++next_) take(file_.index().entries()[next_], now);
  show_states(now, !plays);
  if (const auto trouble = file_.trouble(); !trouble.empty()) stop_for(trouble);
  // Where it stands still, nothing waits for its turn.
  for (auto& shown : results_.due(plays ? now : now + gateway::kBetweenResults))
    hub_.publish("result", std::move(shown));
  if (plays || stops) tell_where(now, stops);
}

void Player::take(const Entry& entry, MonotonicTime now) {
  const auto& name = file_.index().name_of(entry);
  const auto state = std::find(kTopics.begin(), kTopics.end(), name);
  if (state != kTopics.end())
    waiting_[std::size_t(state - kTopics.begin())].newest = &entry;
  else if (name.starts_with(topics::kHealthPrefix))
    heard_[entry.list] = &entry;
  else if (name.starts_with(topics::kResultPrefix))
    take_result(entry, now);
  else if (name.starts_with(topics::kFailedPrefix))
    take_failure(entry);
  else if (name.starts_with(client::kTasksPrefix))
    take_tasks(entry);
}

void Player::take_result(const Entry& entry, MonotonicTime now) {
  if (hub_.viewers() == 0) return;
  const auto result = file_.message<schemas::RunResult>(entry);
  if (!result) return;
  if (auto shown = results_.hear(*result, now)) hub_.publish("result", std::move(*shown));
}

void Player::take_failure(const Entry& entry) {
  if (hub_.viewers() == 0) return;
  if (const auto failed = file_.message<schemas::RunFailed>(entry))
    hub_.publish("failed", schemas::to_json(*failed));
}

void Player::take_tasks(const Entry& entry) {
  if (!hub_.anybody_wants_tasks()) return;
  auto table = file_.message<schemas::TaskTable>(entry);
  if (!table) return;
  const auto fresh = tasks_.fresh(std::move(*table));
  if (!fresh.tasks.empty()) hub_.publish_tasks(schemas::to_json(fresh));
}

void Player::show_states(MonotonicTime now, bool all) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [list, entry] : heard_) hear(*entry);
    heard_.clear();
  }
  for (std::size_t i = 0; i < gateway::kStateKinds; ++i) {
    auto& waiting = waiting_[i];
    if (waiting.newest == nullptr || (!all && now - waiting.shown < kBetweenStates)) continue;
    {
      const std::lock_guard lock(mutex_);
      set(StateKind(i), *std::exchange(waiting.newest, nullptr));
    }
    waiting.shown = now;
    hub_.publish(StateKind(i), board_.json(StateKind(i)));
  }
}

/// Who comes to a moment sees what each app said last before it.
void Player::show_last_answers() {
  const auto& index = file_.index();
  const auto from = index.until(at() - kAnswersBack);
  for (const auto& list : index.lists(topics::kResultPrefix)) {
    const auto places = index.places(list, next_);
    if (!places.empty() && places.back() >= from)
      take_result(index.entries()[places.back()], clock_.monotonic());
  }
}

void Player::tell_where(MonotonicTime now, bool at_once) {
  if (!at_once && now - told_when_ < kBetweenTold) return;
  told_when_ = now;
  auto text = [&] {
    const std::lock_guard lock(mutex_);
    return told_at(now);  // not later: what came since then is not shown yet
  }();
  hub_.publish("recording", std::move(text));
}

void Player::stop_for(const std::string& trouble) {
  const std::lock_guard lock(mutex_);
  trouble_ = trouble;
  play_.pause(clock_.monotonic());
}

}  // namespace synergy::gateway_recorded
