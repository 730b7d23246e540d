// What is remembered of each sender, for a bounded number of senders. Beyond the limit, the sender that was
// not heard of for longest is forgotten. Those that are kept by name are never forgotten.
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

  /// Names that are never forgotten, in place of those before. What is remembered stays.
  void keep(std::set<Key> kept) { kept_ = std::move(kept); }

  /// The value of `key`, which was heard of now: a fresh one where it was not followed. nullptr when all that
  /// there is room for are kept. Valid until the next call.
  Value* follow(const Key& key, MonotonicTime now) {
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
