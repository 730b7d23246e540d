#include "synergy/gateway/stream_hub.hpp"

#include <algorithm>
#include <utility>

namespace synergy::gateway {
namespace {

/// The only event that is never dropped: what it tells stands in no other.
constexpr std::string_view kSnapshot = "snapshot";

}  // namespace

std::string event_text(std::uint64_t sequence, std::string_view name, std::string_view data) {
  std::string text = "id: " + std::to_string(sequence) + "\nevent: ";
  text += name;
  text += "\ndata: ";
  text += data;
  return text + "\n\n";
}

/// One viewer's end of the hub.
class StreamHub::Source final : public TextSource {
 public:
  Source(std::shared_ptr<Shared> shared, bool tasks, Duration sign_of_life)
      : shared_(std::move(shared)), sign_of_life_(sign_of_life) {
    viewer_.tasks = tasks;
  }
  ~Source() override {
    const std::lock_guard lock(shared_->mutex);
    std::erase(shared_->viewers, &viewer_);
  }
  Viewer& viewer() { return viewer_; }

  std::optional<std::string> next(Duration wait) override {
    std::deque<Event> events;
    std::uint64_t dropped = 0, sequence = 0;
    {
      std::unique_lock lock(shared_->mutex);
      shared_->changed.wait_for(lock, wait, [&] { return !viewer_.waiting.empty() || shared_->closed; });
      if (shared_->closed) return std::nullopt;
      events.swap(viewer_.waiting);
      viewer_.bytes = 0;
      dropped = std::exchange(viewer_.dropped, 0);
      sequence = shared_->sequence;
    }
    std::string text;
    if (dropped > 0) text = event_text(sequence, "dropped", "{\"count\":" + std::to_string(dropped) + "}");
    for (const auto& event : events) text += event_text(event.sequence, event.name, *event.data);
    quiet_ = text.empty() ? quiet_ + wait : Duration{};
    if (quiet_ < sign_of_life_) return text;
    quiet_ = {};
    return ": still here\n\n";
  }

 private:
  std::shared_ptr<Shared> shared_;
  Duration sign_of_life_;
  Viewer viewer_;
  Duration quiet_{};
};

Result<std::shared_ptr<TextSource>> StreamHub::join(bool tasks,
                                                    const std::function<std::string()>& snapshot) {
  auto source = std::make_shared<Source>(shared_, tasks, sign_of_life_);
  const std::lock_guard lock(shared_->mutex);
  if (shared_->closed) return Error{ErrorCode::kUnavailable, "the gateway is ending; try again in a second"};
  if (shared_->viewers.size() >= kMaxViewers)
    return Error{ErrorCode::kOverloaded,
                 std::to_string(kMaxViewers) +
                     " viewers watch already, and there is room for no more; close a page "
                     "of the mesh, or ask for /api/state now and then"};
  auto& viewer = source->viewer();
  add(*shared_, viewer,
      {++shared_->sequence, std::string(kSnapshot), std::make_shared<const std::string>(snapshot())});
  shared_->viewers.push_back(&viewer);
  return std::shared_ptr<TextSource>(std::move(source));
}

void StreamHub::add(Shared& shared, Viewer& viewer, const Event& event) {
  const bool is_state =
      std::find(shared.newest.begin(), shared.newest.end(), event.data) != shared.newest.end();
  if (is_state) {
    const auto older = std::find_if(viewer.waiting.begin(), viewer.waiting.end(),
                                    [&](const Event& one) { return one.name == event.name; });
    if (older != viewer.waiting.end()) {
      viewer.bytes -= older->data->size();
      viewer.waiting.erase(older);
    }
  }
  viewer.waiting.push_back(event);
  viewer.bytes += event.data->size();
}

void StreamHub::drop_waiting(Shared& shared, Viewer& viewer) {
  const auto before = viewer.waiting.size();
  std::erase_if(viewer.waiting, [](const Event& event) { return event.name != kSnapshot; });
  viewer.bytes = 0;
  for (const auto& event : viewer.waiting) viewer.bytes += event.data->size();
  viewer.dropped += before - viewer.waiting.size();
  shared.dropped += before - viewer.waiting.size();
}

void StreamHub::add_newest_states(Shared& shared, Viewer& viewer) {
  for (std::size_t i = 0; i < kStateKinds; ++i)
    if (shared.newest[i])
      add(shared, viewer, {shared.sequence, std::string(name_of(StateKind(i))), shared.newest[i]});
}

void StreamHub::publish(std::string_view name, Text data, bool only_tasks) {
  auto& shared = *shared_;
  const Event event{++shared.sequence, std::string(name), std::move(data)};
  for (auto* viewer : shared.viewers) {
    if (only_tasks && !viewer->tasks) continue;
    const bool is_full =
        viewer->waiting.size() >= kMaxWaiting || viewer->bytes + event.data->size() > kMaxWaitingBytes;
    if (is_full) {
      drop_waiting(shared, *viewer);
      add_newest_states(shared, *viewer);
    }
    add(shared, *viewer, event);
  }
  shared.changed.notify_all();
}

void StreamHub::publish(StateKind kind, std::string json) {
  const std::lock_guard lock(shared_->mutex);
  auto data = std::make_shared<const std::string>(std::move(json));
  shared_->newest[std::size_t(kind)] = data;
  publish(name_of(kind), std::move(data), /*only_tasks=*/false);
}

void StreamHub::replace(std::string snapshot, const std::array<std::string, kStateKinds>& states) {
  const std::lock_guard lock(shared_->mutex);
  for (std::size_t i = 0; i < kStateKinds; ++i)
    shared_->newest[i] = states[i].empty() ? nullptr : std::make_shared<const std::string>(states[i]);
  for (auto* viewer : shared_->viewers) {
    viewer->waiting.clear();
    viewer->bytes = 0;
  }
  publish(kSnapshot, std::make_shared<const std::string>(std::move(snapshot)), /*only_tasks=*/false);
}

void StreamHub::publish(std::string_view name, std::string json) {
  const std::lock_guard lock(shared_->mutex);
  publish(name, std::make_shared<const std::string>(std::move(json)), /*only_tasks=*/false);
}

void StreamHub::publish_tasks(std::string json) {
  const std::lock_guard lock(shared_->mutex);
  publish("tasks", std::make_shared<const std::string>(std::move(json)), /*only_tasks=*/true);
}

std::size_t StreamHub::viewers() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->viewers.size();
}

bool StreamHub::anybody_wants_tasks() const {
  const std::lock_guard lock(shared_->mutex);
  return std::any_of(shared_->viewers.begin(), shared_->viewers.end(),
                     [](const Viewer* viewer) { return viewer->tasks; });
}

std::uint64_t StreamHub::dropped() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->dropped;
}

void StreamHub::close() {
  const std::lock_guard lock(shared_->mutex);
  shared_->closed = true;
  shared_->changed.notify_all();
}

}  // namespace synergy::gateway
