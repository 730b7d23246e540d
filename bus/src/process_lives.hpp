// Whether a process is still there; one that has ended and was not waited for is not.
#pragma once

#include <sys/types.h>

namespace synergy::bus {

/// Asks the kernel of this host. True where it can not be told.
[[nodiscard]] bool process_lives(pid_t process);

}  // namespace synergy::bus
