#include "synergy/runtime/context.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "synergy/base/check.hpp"
#include "synergy/runtime/stop_signals.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::runtime {

using schemas::LifeCycle;

Context::Context(std::string process, const RunFolder& folder, std::unique_ptr<bus::Transport> transport,
                 const Clock& clock, Log& log, int signals)
    : process_(std::move(process)),
      folder_(folder),
      clock_(clock),
      log_(log),
      signals_(signals),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      bus_(std::move(transport), clock, process_) {
  SYNERGY_CHECK(timer_ >= 0, "the kernel has timers");
}

Context::~Context() { ::close(timer_); }

void Context::at(MonotonicTime time, std::function<void()> handle) {
  timers_.emplace(time, std::move(handle));
}

void Context::every(Duration period, std::function<void()> handle) {
  at(clock_.monotonic() + period, [this, period, handle = std::move(handle)] {
    handle();
    every(period, handle);
  });
}

void Context::waiting_for(const std::string& note) {
  note_ = note;
  heartbeat();
}

void Context::ready() {
  if (state_ != LifeCycle::kStarting) return;
  state_ = LifeCycle::kReady;
  note_.clear();
  log_.info("ready");
  heartbeat();
}

namespace {

/// A longer note would make the heartbeat invalid. Cut between two characters of UTF-8.
void shorten(std::string& note) {
  if (note.size() <= schemas::kMaxNoteBytes) return;
  auto size = schemas::kMaxNoteBytes;
  while (size > 0 && (static_cast<unsigned char>(note[size]) & 0xC0) == 0x80) --size;
  note.resize(size);
}

}  // namespace

void Context::heartbeat() {
  schemas::Health health{process_, bus_.instance(), std::int64_t(::getpid()), state_, note_, bus_.counters()};
  if (state_ != LifeCycle::kStarting && tell_) health.note = tell_();
  shorten(health.note);
  if (report_) health.counters.merge(report_());
  if (log_.lost() > 0) health.counters.emplace("log.lost", log_.lost());
  (void)bus_.publish(schemas::topics::health(process_), health);  // telemetry: the next one follows soon
}

Status Context::run() {
  bus_.join();
  heartbeat();
  every(schemas::kHeartbeatPeriod, [this] { heartbeat(); });
  while (!stopped_) {
    const bool more = take_packets();
    run_due_timers();
    mailbox_.run();
    bus_.tick();
    if (stopped_) break;  // not after one more wait, which may take until the next heartbeat
    if (state_ == LifeCycle::kDraining && (!busy_ || !busy_() || clock_.monotonic() >= drain_until_)) break;
    if (!more) wait();
    read_signals();
  }
  state_ = LifeCycle::kStopped;
  heartbeat();
  return status_;
}

bool Context::take_packets() {
  const auto now = clock_.monotonic();
  const auto overdue = timers_.empty() ? Duration{} : now - timers_.begin()->first;
  const auto end = now + std::clamp<Duration>(overdue / 4, kTurnTime, kLongestTurn);
  for (int packets = 0; packets < kPacketsATurn; ++packets) {
    if (stopped_ || !bus_.step()) return false;
    if (clock_.monotonic() >= end) return true;
  }
  return true;
}

void Context::wait() {
  arm_timer();
  std::array<int, 3> fds{timer_, mailbox_.fd(), signals_};
  bus_.wait(std::span(fds.data(), signals_ >= 0 ? 3u : 2u));
}

void Context::run_due_timers() {
  // Only what was due on entry: a handler that asks for "now" again must not starve the packets.
  const auto now = clock_.monotonic();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    auto timer = timers_.extract(timers_.begin());
    timer.mapped()();
  }
}

void Context::arm_timer() {
  auto next = bus_.next_deadline();
  if (!timers_.empty()) next = std::min(next, timers_.begin()->first);
  if (state_ == LifeCycle::kDraining)
    next = std::min(next, clock_.monotonic() + std::chrono::milliseconds(10));
  itimerspec spec{};
  if (next != MonotonicTime::max()) {
    // Zero would disarm the timer: a time that has passed is made the first nanosecond instead.
    const auto count = std::max<std::int64_t>(1, next.time_since_epoch().count());
    spec.it_value = {time_t(count / 1'000'000'000), long(count % 1'000'000'000)};
  }
  SYNERGY_CHECK(::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &spec, nullptr) == 0, "the timer can be set");
}

void Context::read_signals() {
  std::uint64_t expirations = 0;
  (void)!::read(timer_, &expirations, sizeof expirations);
  while (const auto signal = next_stop_signal(signals_)) {
    log_.info("signal", {{"signal", *signal}});
    begin_draining();
  }
}

bool Context::asked_to_stop() {
  read_signals();
  return state_ == LifeCycle::kDraining;
}

void Context::begin_draining() {
  if (state_ == LifeCycle::kDraining) {  // a second signal means: now
    drain_until_ = clock_.monotonic();
    return;
  }
  state_ = LifeCycle::kDraining;
  drain_until_ = clock_.monotonic() + kDrainTime;
  if (on_drain_) on_drain_();
  heartbeat();
}

void Context::stop(Status status) {
  stopped_ = true;
  status_ = std::move(status);
}

}  // namespace synergy::runtime
