// Where the logs of a mesh stand in its run folder.
//
//   logs/executor-ring.log     what executor/ring writes now
//   logs/executor-ring.log.1   what it wrote before that; .2 before that one. supervisord turns them at 5 MB
//   logs.1/, logs.2/           the same of the two lives of the mesh before the last `deploy/mesh up`
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace synergy::logs {

inline constexpr const char* kSupervisorLog = "supervisord";

/// `executor/ring`, of `executor-ring`; a name that is none of the mesh's kinds of processes stays.
[[nodiscard]] std::string process_of(const std::string& log);

enum class Lives { kThis, kAll };

/// Those that there are, as the files are called without `.log`, by name.
[[nodiscard]] std::vector<std::string> logs_in(const std::filesystem::path& run_folder, Lives lives);

/// The files of one log that there are, oldest first.
[[nodiscard]] std::vector<std::filesystem::path> files_of(const std::filesystem::path& run_folder,
                                                          const std::string& log, Lives lives);

/// The file that the process writes now, whether it is there or not.
[[nodiscard]] std::filesystem::path newest_file(const std::filesystem::path& run_folder,
                                                const std::string& log);

}  // namespace synergy::logs
