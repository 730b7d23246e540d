#include "synergy/executor/memory_spool.hpp"

#include <utility>

namespace synergy::executor {

Result<FrameSpool::Added> MemorySpool::add(const schemas::FrameFeed& feed) {
  if (const auto known = *find(feed.sensor, feed.id)) return *known;
  if (open_ >= kMostOpenFrames || bytes_ + feed.data.size() > kMostSpooledBytes) return spool_is_full(open_);
  Entry entry;
  entry.frame = {feed.sensor, feed.id,     next_++,         feed.dtype,
                 feed.shape,  feed.layout, feed.sound_rate, feed.data};
  if (const auto found = takers_.find(feed.sensor); found != takers_.end()) entry.apps = found->second;
  entry.waiting.insert(entry.apps.begin(), entry.apps.end());
  if (!entry.waiting.empty()) ++open_;
  bytes_ += feed.data.size();
  const Added added{entry.frame.sequence, entry.apps, false};
  ids_[{feed.sensor, feed.id}] = newest_[feed.sensor] = added.sequence;
  frames_.emplace(added.sequence, std::move(entry));
  drop_contents(feed.sensor);
  return added;
}

Result<std::optional<FrameSpool::Added>> MemorySpool::find(const std::string& sensor, const std::string& id) {
  const auto known = ids_.find({sensor, id});
  if (known == ids_.end()) return std::optional<Added>();
  return std::optional<Added>(Added{known->second, frames_.at(known->second).apps, true});
}

Status MemorySpool::set_takers(const Takers& takers) {
  takers_ = takers;
  return {};
}

Status MemorySpool::drop_taker(const AppId& app) {
  for (auto& [sensor, apps] : takers_) std::erase(apps, app);
  return {};
}

Result<SpooledFrame> MemorySpool::read(std::uint64_t sequence) {
  const auto found = frames_.find(sequence);
  if (found == frames_.end() || !found->second.has_content)
    return Error{ErrorCode::kNotFound, "frame " + std::to_string(sequence) + " is not in the spool any more"};
  return found->second.frame;
}

Result<SpooledFrame> MemorySpool::newest(const std::string& sensor) {
  const auto found = newest_.find(sensor);
  if (found == newest_.end())
    return Error{ErrorCode::kNotFound, "a frame for sensor '" + sensor + "' is not in the spool any more"};
  return read(found->second);
}

Status MemorySpool::ended(const AppId& app, std::uint64_t sequence) {
  const auto found = frames_.find(sequence);
  if (found == frames_.end() || found->second.waiting.erase(app) == 0) return {};
  if (!found->second.waiting.empty()) return {};
  --open_;
  drop_contents(found->second.frame.sensor);
  return {};
}

Result<std::vector<schemas::OpenFrame>> MemorySpool::open_after(std::uint64_t sequence, std::size_t most) {
  std::vector<schemas::OpenFrame> open;
  for (auto at = frames_.upper_bound(sequence); at != frames_.end() && open.size() < most; ++at) {
    const auto& [number, entry] = *at;
    if (entry.waiting.empty() && !is_newest(entry)) continue;
    open.push_back(
        {entry.frame.sensor, entry.frame.id, number, {entry.waiting.begin(), entry.waiting.end()}});
  }
  return open;
}

bool MemorySpool::is_newest(const Entry& entry) const {
  return newest_.at(entry.frame.sensor) == entry.frame.sequence;
}

void MemorySpool::drop_contents(const std::string& sensor) {
  for (auto& [number, entry] : frames_) {
    if (entry.frame.sensor != sensor || !entry.has_content || !entry.waiting.empty() || is_newest(entry))
      continue;
    bytes_ -= entry.frame.data.size();
    entry.frame.data = {};
    entry.has_content = false;
  }
}

}  // namespace synergy::executor
