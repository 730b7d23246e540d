#include "synergy/bus/calls.hpp"

#include <algorithm>

namespace synergy::bus {

using schemas::Bytes;

void Calls::begin(std::string topic, Bytes payload, std::string request_id, Duration timeout, Done done,
                  Duration first_retry) {
  const auto now = clock_.monotonic();
  if (auto status = check_size(topic, payload); !status) {
    refused_.emplace_back(status.error(), std::move(done));
    return;
  }
  (void)outgoing_.transmit(topic, payload);
  calls_.insert_or_assign(std::move(request_id), Call{std::move(topic), std::move(payload), now + timeout,
                                                      now + first_retry, first_retry, std::move(done)});
}

Calls::Done Calls::take(const std::string& request_id) {
  const auto found = calls_.find(request_id);
  if (found == calls_.end()) {
    ++late_answers_;
    return {};
  }
  auto done = std::move(found->second.done);
  calls_.erase(found);
  return done;
}

void Calls::repeat(Call& call, MonotonicTime now) {
  ++retries_;
  (void)outgoing_.transmit(call.topic, call.payload);
  call.pause = std::min(call.pause * 2, kLongestRetry);
  call.next_try = now + call.pause;
}

void Calls::tick() {
  const auto now = clock_.monotonic();
  std::vector<std::pair<Error, Done>> ended = std::exchange(refused_, {});
  for (auto it = calls_.begin(); it != calls_.end();) {
    auto& call = it->second;
    if (call.deadline <= now) {
      ++timeouts_;
      ended.emplace_back(Error{ErrorCode::kTimeout, "no answer on '" + call.topic + "' before the deadline"},
                         std::move(call.done));
      it = calls_.erase(it);
      continue;
    }
    if (call.next_try <= now) repeat(call, now);
    ++it;
  }
  for (auto& [error, done] : ended) done(error);  // after the walk: a callback may begin new calls
}

MonotonicTime Calls::next_deadline() const {
  if (!refused_.empty()) return clock_.monotonic();
  auto next = MonotonicTime::max();
  for (const auto& [id, call] : calls_) next = std::min({next, call.deadline, call.next_try});
  return next;
}

std::map<std::string, std::uint64_t> Calls::counters() const {
  return {{"bus.retries", retries_}, {"bus.timeouts", timeouts_}, {"bus.late_answers", late_answers_}};
}

}  // namespace synergy::bus
