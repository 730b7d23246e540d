// What runs in a run folder, by the kernel's word.
//
// The truth is the lock that each process of a mesh holds (ProcessLock). Files that bear a process id are
// none: they may be empty (the disk was full), out of date, or another mesh's. supervisord holds no lock of
// ours; it is known by its command line, which names the folder's supervisord.conf.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::runtime {

struct RunningProcess {
  std::string name;  ///< as on the bus, e.g. `executor/ring`; or kSupervisor
  pid_t pid = 0;
  friend bool operator==(const RunningProcess&, const RunningProcess&) = default;
};

inline constexpr const char* kSupervisor = "supervisord";

/// The processes of the mesh in this folder that run now, by name, whoever started them; also those whose
/// lock file, or whose folder, was deleted. None where there is no such folder. Processes of other users are
/// not seen, except by root. Fails with kEnvironment where /proc can not be read,
/// and as check_name().
[[nodiscard]] Result<std::vector<RunningProcess>> running_in(const std::filesystem::path& run_folder);

/// What the process runs as in this folder: the names of the locks there that it holds. Empty where it has
/// ended, is another user's, or holds none among its first 64 files, where a process of a mesh has its own.
/// Nothing where it can not be told now, for want of file descriptors. Takes a fraction of a millisecond,
/// whatever that process has open.
[[nodiscard]] std::optional<std::vector<std::string>> names_of(const std::filesystem::path& run_folder,
                                                               pid_t pid);

/// The one that holds the lock of this process, 0 when nobody does or it can not be told.
[[nodiscard]] pid_t holder_of(const std::filesystem::path& run_folder, const std::string& process);

/// What can be read of an open file of /proc; less or nothing where the process has ended since it was
/// opened, which reading by std::istreambuf_iterator answers with an exception.
[[nodiscard]] std::string rest_of(std::istream& file);

/// The lock file of a process in its run folder, `executor.ring.lock` for `executor/ring`.
[[nodiscard]] std::string lock_file_of(const std::string& process);

}  // namespace synergy::runtime
