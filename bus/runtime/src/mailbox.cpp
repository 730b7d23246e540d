#include "synergy/runtime/mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "synergy/base/check.hpp"

namespace synergy::runtime {

Mailbox::Mailbox() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  SYNERGY_CHECK(fd_ >= 0, "the kernel has eventfds");
}

Mailbox::~Mailbox() { ::close(fd_); }

void Mailbox::post(std::function<void()> handle) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(handle));
  }
  const std::uint64_t one = 1;
  (void)!::write(fd_, &one,
                 sizeof one);  // it fails only where the counter is full: then it is readable anyway
}

void Mailbox::run() {
  std::uint64_t count = 0;
  (void)!::read(fd_, &count,
                sizeof count);  // before the list is taken: what is posted from here on wakes again
  std::vector<std::function<void()>> now;
  {
    const std::lock_guard lock(mutex_);
    now.swap(posted_);
  }
  for (const auto& handle : now) handle();
}

}  // namespace synergy::runtime
