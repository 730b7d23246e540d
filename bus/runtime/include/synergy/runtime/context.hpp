// The one service loop of the mesh: waits for packets, timers and signals, sends heartbeats, and ends in
// order.
//
// Every process is the same life: starting -> ready -> draining -> stopped. A service is handlers and timers
// that it hangs into this loop; it never waits by itself. Packets have a share of each turn that ends: no
// flood of them keeps a timer, a signal or the heartbeat from its own.
//
// One thread, but for post(). Owns the bus participant; borrows clock and log.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/bus/participant.hpp"
#include "synergy/runtime/log.hpp"
#include "synergy/runtime/mailbox.hpp"
#include "synergy/runtime/run_folder.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::runtime {

/// How long a draining process may take.
inline constexpr Duration kDrainTime = std::chrono::seconds(2);
/// What the loop takes from the bus before it looks at timers, posted work and signals: at most so many
/// packets, and none after so long. However many packets come, a heartbeat is late by no more than this and
/// the longest handler.
inline constexpr int kPacketsATurn = 10000;
inline constexpr Duration kTurnTime = std::chrono::milliseconds(10);
/// A process that was stopped for a while finds timers that are overdue and packets that came meanwhile. It
/// takes the packets first, or it would call those silent whose heartbeats wait: a quarter of the time that
/// the timer is overdue goes to packets, up to this.
inline constexpr Duration kLongestTurn = std::chrono::milliseconds(250);

class Context {
 public:
  /// `signals` is a signalfd for SIGINT and SIGTERM that the caller blocked before any thread began, or -1.
  Context(std::string process, const RunFolder& folder, std::unique_ptr<bus::Transport> transport,
          const Clock& clock, Log& log, int signals);
  ~Context();

  [[nodiscard]] const std::string& process() const { return process_; }
  [[nodiscard]] const RunFolder& folder() const { return folder_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] Log& log() { return log_; }
  [[nodiscard]] bus::Participant& bus() { return bus_; }

  /// Calls `handle` once at `time` (at once if it has passed), from the loop.
  void at(MonotonicTime time, std::function<void()> handle);
  /// Calls `handle` every `period` from now on.
  void every(Duration period, std::function<void()> handle);
  /// From any thread: calls `handle` once, soon, from the loop. A service's own thread hands its results over
  /// this way; it must have ended before the context is destroyed.
  void post(std::function<void()> handle) { mailbox_.post(std::move(handle)); }

  /// Life-cycle. Ready is announced on the bus at once; `note` says what the process waits for until then.
  void waiting_for(const std::string& note);
  void ready();
  [[nodiscard]] schemas::LifeCycle state() const { return state_; }

  /// What else to report in heartbeats: counters by name.
  void report(std::function<std::map<std::string, std::uint64_t>()> counters) {
    report_ = std::move(counters);
  }
  /// What the process is at, for the note of its heartbeats once it is ready; empty: nothing worth a note.
  void tell(std::function<std::string()> work) { tell_ = std::move(work); }
  /// While draining: whether work is left. Default: none.
  void busy_while(std::function<bool()> busy) { busy_ = std::move(busy); }
  /// Called once when draining begins: refuse new work from here on.
  void on_drain(std::function<void()> handle) { on_drain_ = std::move(handle); }

  /// For what a service does before run(), and may take long: whether a signal to stop has come. run() then
  /// ends in order.
  [[nodiscard]] bool asked_to_stop();

  /// Runs until a signal, or stop(). Returns the status given to stop().
  Status run();
  void stop(Status status = {});

 private:
  void heartbeat();
  void begin_draining();
  void run_due_timers();
  /// Handles a turn's packets; true when more may be there.
  bool take_packets();
  void wait();
  void arm_timer();
  void read_signals();

  std::string process_;
  const RunFolder& folder_;
  const Clock& clock_;
  Log& log_;
  int signals_;
  int timer_;
  Mailbox mailbox_;
  bus::Participant bus_;
  schemas::LifeCycle state_ = schemas::LifeCycle::kStarting;
  std::string note_;
  std::multimap<MonotonicTime, std::function<void()>> timers_;
  std::function<std::map<std::string, std::uint64_t>()> report_;
  std::function<std::string()> tell_;
  std::function<bool()> busy_;
  std::function<void()> on_drain_;
  MonotonicTime drain_until_{};
  bool stopped_ = false;
  Status status_;
};

}  // namespace synergy::runtime
