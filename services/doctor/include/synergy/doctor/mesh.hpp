// What runs in a run folder, and how it is.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/doctor/finding.hpp"
#include "synergy/doctor/past.hpp"
#include "synergy/runtime/running.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::doctor {

/// A process, as the kernel tells of it.
struct Seen {
  std::string name;  ///< as on the bus, or supervisord
  pid_t pid = 0;
  std::string program;    ///< its file's name; empty: not told
  bool stopped = false;   ///< by SIGSTOP or a debugger
  bool outdated = false;  ///< its program's file was replaced since it started
};
[[nodiscard]] Seen look_at(const runtime::RunningProcess& process);

/// The names that supervisord's configuration in the folder starts, as on the bus. None where there is no
/// such file.
[[nodiscard]] std::vector<std::string> expected_in(const std::filesystem::path& run_folder);

/// Whether these processes are one whole mesh: one supervisor, each process once, none missing, none stopped,
/// none of another program. `past`: who left on purpose is not missing.
[[nodiscard]] std::vector<Finding> judge_processes(const std::vector<Seen>& running,
                                                   const std::vector<std::string>& expected,
                                                   const Past& past);

/// What ended meshes left in the folder and no running process has: sockets, addresses.
[[nodiscard]] std::vector<Finding> check_leftovers(const std::filesystem::path& run_folder,
                                                   const std::vector<Seen>& running);

/// What a visit to the bus heard.
struct Heard {
  std::map<std::string, schemas::Health> health;  ///< by process
  std::optional<schemas::MeshUse> use;
};
inline constexpr Duration kListen = std::chrono::seconds(4);
/// Until all of `names` were heard and use is known, kListen at most. Fails where no broker answers.
[[nodiscard]] Result<Heard> listen(const std::filesystem::path& run_folder,
                                   const std::vector<std::string>& names);

/// Whether each is ready and well. One that is stopped is told by judge_processes().
[[nodiscard]] std::vector<Finding> judge_health(const std::vector<Seen>& running, const Result<Heard>& heard);
[[nodiscard]] Finding judge_lag(const std::optional<schemas::MeshUse>& use);

/// Of the store file: what it is, and whether it is whole, as far as kLookAtStore allows.
inline constexpr Duration kLookAtStore = std::chrono::seconds(5);
[[nodiscard]] Finding check_store(const std::filesystem::path& file, bool store_runs, const Clock& clock);

}  // namespace synergy::doctor
