#include "synergy/dispatcher/run_book.hpp"

#include <algorithm>

namespace synergy::dispatcher {

void RunBook::resume(std::uint64_t next_run, const std::vector<std::uint64_t>& open, std::uint64_t failed) {
  next_ = std::max(first_, next_run);
  for (const auto run : open)
    if (run >= first_ && run < next_) open_.insert(run);
  const auto ended = next_ - first_ - open_.size();
  failed_ = std::min(failed, ended);
  completed_ = ended - failed_;
}

std::optional<RunBook::Start> RunBook::start_next(std::uint32_t depth, MonotonicTime now, Duration patience,
                                                  bool may_begin) {
  if (under_way_.size() >= depth) return std::nullopt;
  for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
    if (it->second.until > now) continue;
    const auto run = it->first;
    auto attempt = it->second;
    waiting_.erase(it);
    attempt.until = now + patience;
    under_way_.emplace(run, attempt);
    return Start{run, attempt.number};
  }
  if (!may_begin) return std::nullopt;
  const bool again = !open_.empty();
  if (!again && runs_ != 0 && next_ >= first_ + runs_) return std::nullopt;
  if (!again && under_way_.size() + waiting_.size() >= kMostOpenRuns) return std::nullopt;
  const auto run = again ? open_.extract(open_.begin()).value() : next_++;
  under_way_.emplace(run, Attempt{1, now, now + patience});
  return Start{run, 1};
}

bool RunBook::has_next(MonotonicTime now, bool may_begin) const {
  const bool again = std::any_of(waiting_.begin(), waiting_.end(),
                                 [&](const auto& attempt) { return attempt.second.until <= now; });
  if (again) return true;
  if (!may_begin) return false;
  if (!open_.empty()) return true;
  return (runs_ == 0 || next_ < first_ + runs_) && under_way_.size() + waiting_.size() < kMostOpenRuns;
}

std::uint64_t RunBook::fail_next() {
  ++failed_;
  return open_.empty() ? next_++ : open_.extract(open_.begin()).value();
}

RunBook::Ending RunBook::complete(std::uint64_t run) {
  // Of a run that is open after a restart, this is the result of the attempt before it.
  if (under_way_.erase(run) + waiting_.erase(run) + open_.erase(run) == 0) return Ending::kRepeated;
  ++completed_;
  return Ending::kCounted;
}

bool RunBook::fail_attempt(std::uint64_t run, std::uint32_t attempt, MonotonicTime now,
                           const std::string& why) {
  const auto found = under_way_.find(run);
  if (found == under_way_.end() || found->second.number != attempt) return false;
  auto next = found->second;
  under_way_.erase(found);
  ++next.number;
  next.until = now + kRetryPause;
  if (!why.empty()) next.why = why;
  waiting_.emplace(run, next);
  return true;
}

void RunBook::fail_all(MonotonicTime now, const std::string& why) {
  while (!under_way_.empty())
    fail_attempt(under_way_.begin()->first, under_way_.begin()->second.number, now, why);
}

std::vector<RunBook::Open> RunBook::open_runs(MonotonicTime now) const {
  std::vector<Open> runs;
  for (const auto& [run, attempt] : under_way_) runs.push_back({run, attempt.number, attempt.until});
  for (const auto& [run, attempt] : waiting_) runs.push_back({run, attempt.number - 1, now});
  for (const auto run : open_) runs.push_back({run, 0, now});
  return runs;
}

std::vector<RunBook::GivenUp> RunBook::check_time(MonotonicTime now) {
  std::vector<std::uint64_t> late;
  for (const auto& [run, attempt] : under_way_)
    if (attempt.until <= now) late.push_back(run);
  for (const auto run : late) fail_attempt(run, under_way_.at(run).number, now);
  std::vector<GivenUp> given_up;
  for (const auto& [run, attempt] : waiting_)
    if (now - attempt.first_start >= kGiveUpAfter) given_up.push_back({run, attempt.number - 1, attempt.why});
  for (const auto& ended : given_up) waiting_.erase(ended.run);
  failed_ += given_up.size();
  return given_up;
}

std::uint32_t RunBook::attempts_of(std::uint64_t run) const {
  if (const auto found = under_way_.find(run); found != under_way_.end()) return found->second.number;
  if (const auto found = waiting_.find(run); found != waiting_.end()) return found->second.number - 1;
  return 0;
}

bool RunBook::under_way(std::uint64_t run) const { return under_way_.contains(run); }

MonotonicTime RunBook::next_event(MonotonicTime now) const {
  auto next = MonotonicTime::max();
  for (const auto& [run, attempt] : under_way_) next = std::min(next, attempt.until);
  for (const auto& [run, attempt] : waiting_)  // one that could start already waits for something else
    next = std::min(next, attempt.until > now ? attempt.until : attempt.first_start + kGiveUpAfter);
  return next;
}

}  // namespace synergy::dispatcher
