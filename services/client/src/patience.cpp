#include "synergy/client/patience.hpp"

#include <cstdio>
#include <utility>

namespace synergy::client {

std::optional<std::string> Patience::show(MonotonicTime now) {
  if (now < show_at_ || note_.empty()) return std::nullopt;
  pause_ *= 2;
  show_at_ = now + pause_;
  return note_;
}

AskDispatcher::AskDispatcher(Session& session, std::function<bool()> stopped)
    : session_(session),
      stopped_(std::move(stopped)),
      patience_(std::make_shared<std::optional<Patience>>()) {
  session.bus().subscribe<schemas::Health>(
      schemas::topics::health("dispatcher"),
      [patience = patience_](const auto&, const schemas::Health& health) {
        if (*patience) (*patience)->hear(health, HostClock().monotonic());
      });
}

bool AskDispatcher::wait_until(const std::function<bool()>& done) {
  patience_->emplace(clock_.monotonic());
  bool over = false;
  (void)session_.wait_until(
      [&] {
        if (done()) return true;
        const auto now = clock_.monotonic();
        if (const auto line = (*patience_)->show(now)) std::fprintf(stderr, "waiting: %s\n", line->c_str());
        return over = (*patience_)->over(now) || (stopped_ && stopped_());
      },
      Duration::max());
  patience_->reset();
  return !over;
}

}  // namespace synergy::client
