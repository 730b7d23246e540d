#include "synergy/runtime/stop_signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace synergy::runtime {

int block_stop_signals() {
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGINT);
  sigaddset(&stop_signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &stop_signals, nullptr);
  return ::signalfd(-1, &stop_signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

std::optional<std::uint32_t> next_stop_signal(int signals) {
  signalfd_siginfo info{};
  if (signals < 0 || ::read(signals, &info, sizeof info) != ssize_t(sizeof info)) return std::nullopt;
  return info.ssi_signo;
}

StopRequest::~StopRequest() {
  if (signals_ >= 0) ::close(signals_);
}

}  // namespace synergy::runtime
