#include "synergy/bus/answers.hpp"

#include "synergy/schemas/topics.hpp"

namespace synergy::bus {

bool Answers::admit(const std::string& sender, const std::string& request_id) {
  const Key key{sender, request_id};
  const auto [entry, first] = answers_.try_emplace(key, Answer{false, {}, clock_.monotonic()});
  if (first) {
    order_.push_back(key);
    forget_old();
  } else if (entry->second.ready) {
    (void)outgoing_.transmit(schemas::topics::reply_to(sender), entry->second.payload);
  }
  return first;
}

void Answers::give(const std::string& sender, const std::string& request_id, schemas::Bytes payload) {
  if (const auto found = answers_.find({sender, request_id}); found != answers_.end()) {
    if (found->second.ready) return;
    found->second.ready = true;
    found->second.payload = payload;
    bytes_ += payload.size();
  }
  // Where this is lost, the command is repeated.
  (void)outgoing_.transmit(schemas::topics::reply_to(sender), std::move(payload));
}

void Answers::forget_old() {
  const auto now = clock_.monotonic();
  while (!order_.empty()) {
    const auto found = answers_.find(order_.front());
    const bool too_many = answers_.size() > kMaxAnswers || bytes_ > kMaxAnswerBytes;
    if (found != answers_.end()) {
      if (!too_many && now - found->second.since < kAnswerLife) return;
      if (!found->second.ready && now - found->second.since < kAnswerLife) return;  // still being worked on
      bytes_ -= found->second.payload.size();
      answers_.erase(found);
    }
    order_.pop_front();
  }
}

}  // namespace synergy::bus
