#include "synergy/client/session.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "synergy/base/check.hpp"
#include "synergy/base/places.hpp"
#include "synergy/client/trace.hpp"
#include "synergy/runtime/run_folder.hpp"

namespace synergy::client {
namespace {

/// A command may well look around a hundred times a second.
constexpr Duration kTick = std::chrono::milliseconds(10);

}  // namespace

Session::Session(std::unique_ptr<bus::Transport> transport)
    : timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      bus_(std::make_unique<bus::Participant>(
          std::move(transport), clock_,
          "cli-" + std::to_string(::getpid()) + "-" + std::to_string(bus::random_number() % 1'000'000))) {
  SYNERGY_CHECK(timer_ >= 0, "the kernel has timers");
}

Session::~Session() { ::close(timer_); }

Result<std::unique_ptr<Session>> Session::open(const MeshPlace& place,
                                               const std::function<void(bus::Participant&)>& prepare,
                                               Duration join_time) {
  const auto& run_folder = place.folder;
  const Error no_mesh{ErrorCode::kUnavailable, "no mesh answers in " + run_folder.string() +
                                                   "; start one with " + Places::here().script +
                                                   " up, or name its folder with --run-dir"};
  std::error_code failure;
  if (!std::filesystem::exists(run_folder, failure)) return no_mesh;
  if (::geteuid() != 0)  // root may look at anybody's mesh; others would talk to a stranger's
    if (auto status = runtime::check_owner(run_folder); !status) return status.error();
  auto transport = bus::Transport::connect(bus::Endpoints::in(run_folder));
  if (!transport) return transport.error();
  std::unique_ptr<Session> session(
      new Session(place.trace ? traced(std::move(*transport), place.trace) : std::move(*transport)));
  if (prepare) prepare(session->bus());
  session->bus().join();
  if (!session->wait_until([&] { return session->bus().joined(); }, join_time)) return no_mesh;
  return session;
}

bool Session::wait_until(const std::function<bool()>& done, Duration time) {
  constexpr int kPacketsATurn = 1000;  // a busy bus must not keep done() from being asked
  const auto begin = clock_.monotonic();
  while (true) {
    int packets = 0;
    while (packets < kPacketsATurn && bus_->step()) ++packets;
    bus_->tick();
    if (done()) return true;
    const auto elapsed = clock_.monotonic() - begin;
    if (time != Duration::max() && elapsed >= time) return false;
    if (packets < kPacketsATurn) wait(time == Duration::max() ? kTick : std::min(kTick, time - elapsed));
  }
}

void Session::wait(Duration time) {
  const itimerspec spec{{0, 0}, {0, long(time.count())}};
  ::timerfd_settime(timer_, 0, &spec, nullptr);
  const std::array<int, 1> fds{timer_};
  bus_->wait(fds);
  std::uint64_t expirations = 0;
  (void)!::read(timer_, &expirations, sizeof expirations);
}

}  // namespace synergy::client
