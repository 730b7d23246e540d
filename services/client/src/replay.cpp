#include "synergy/client/replay.hpp"

#include <algorithm>

#include "synergy/schemas/topics.hpp"

namespace synergy::client {

bool chosen(std::string_view topic, const std::vector<std::string>& prefixes) {
  return prefixes.empty() || std::any_of(prefixes.begin(), prefixes.end(),
                                         [&](const auto& prefix) { return topic.starts_with(prefix); });
}

std::vector<std::string> outermost(std::vector<std::string> prefixes) {
  std::sort(prefixes.begin(), prefixes.end());
  std::vector<std::string> kept;
  for (auto& prefix : prefixes)  // in this order, what covers a prefix stands right before what it covers
    if (kept.empty() || !prefix.starts_with(kept.back())) kept.push_back(std::move(prefix));
  return kept;
}

Fate fate_of(std::string_view topic, const ReplayRules& rules) {
  using schemas::TopicClass;
  if (!chosen(topic, rules.topics)) return Fate::kNotChosen;
  const auto topic_class = schemas::class_of(topic);
  const bool acts = topic_class == TopicClass::kCommand || topic_class == TopicClass::kDirect ||
                    topic_class == TopicClass::kRun;
  return acts && !rules.commands ? Fate::kLeftOut : Fate::kReplayed;
}

Duration Pace::due(Duration at) {
  if (!first_) first_ = at;
  if (speed_ <= 0) return Duration(0);
  return Duration(std::int64_t(std::min(double((at - *first_).count()) / speed_, 0x1p62)));
}

}  // namespace synergy::client
