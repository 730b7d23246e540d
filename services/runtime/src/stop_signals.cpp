#include "synergy/runtime/stop_signals.hpp"

#include <sys/signalfd.h>

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

}  // namespace synergy::runtime
