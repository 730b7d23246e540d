// What is remembered of each of many who send, bounded whoever sends: beyond the limit, the one not heard of
// for longest is forgotten, but never one of those that are kept by name.
#pragma once

#include <map>
#include <set>
#include <utility>

#include "synergy/base/clock.hpp"

namespace synergy::monitor {

template <class Key, class Value>
class Followed {
 public:
  struct Entry {
    Value value;
    MonotonicTime last{};
  };

  explicit Followed(std::size_t most, std::set<Key> kept = {}) : most_(most), kept_(std::move(kept)) {}

  /// Whom to remember whatever happens; those heard of stay as they are.
  void keep(std::set<Key> kept) { kept_ = std::move(kept); }

  /// The value of `key`, a fresh one if it was not followed. nullptr when all that there is room for are
  /// kept. Valid until the next call.
  Value* hear(const Key& key, MonotonicTime now) {
    if (!entries_.contains(key) && entries_.size() >= most_ && !make_room()) return nullptr;
    auto& entry = entries_[key];
    entry.last = now;
    return &entry.value;
  }
  /// nullptr when it is not followed.
  [[nodiscard]] Value* find(const Key& key) {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second.value;
  }
  [[nodiscard]] const Value* find(const Key& key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second.value;
  }

  /// By key.
  [[nodiscard]] std::map<Key, Entry>& entries() { return entries_; }
  [[nodiscard]] const std::map<Key, Entry>& entries() const { return entries_; }

 private:
  bool make_room() {
    auto oldest = entries_.end();
    for (auto it = entries_.begin(); it != entries_.end(); ++it)
      if (!kept_.contains(it->first) && (oldest == entries_.end() || it->second.last < oldest->second.last))
        oldest = it;
    if (oldest == entries_.end()) return false;
    entries_.erase(oldest);
    return true;
  }

  std::size_t most_;
  std::set<Key> kept_;
  std::map<Key, Entry> entries_;
};

}  // namespace synergy::monitor
