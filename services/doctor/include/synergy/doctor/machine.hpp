// What a mesh needs of the machine: a run folder, room, limits, memory, processors, a port.
//
// Each check asks the system and judges; those whose fault no test can make are judged from figures apart.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synergy/doctor/finding.hpp"

namespace synergy::doctor {

/// Its name, whose it is, and whether files can be made in it; not there yet: whether it can be made. Nothing
/// is changed.
[[nodiscard]] std::vector<Finding> check_run_folder(const std::filesystem::path& run_folder);

/// A mesh needs 4 MiB to start (deploy/running.sh); below kLittleRoom logs and runs soon fill it.
inline constexpr std::uint64_t kRoomToStart = 4ULL << 20, kLittleRoom = 200ULL << 20;
/// Of the disks of the run folder and of the store file, and their numbers of files.
[[nodiscard]] std::vector<Finding> check_disks(const std::filesystem::path& run_folder,
                                               const std::filesystem::path& store);

/// Of open files, for the processes that this user starts: a process of a mesh takes some dozens, the broker
/// two for each of them.
inline constexpr std::uint64_t kFilesToStart = 128, kFewFiles = 1024;
[[nodiscard]] Finding check_open_files();

struct Memory {
  std::uint64_t available_bytes = 0;
};
inline constexpr std::uint64_t kMemoryToStart = 64ULL << 20, kLittleMemory = 256ULL << 20;
/// The lesser of what the machine has and what this control group may still take.
[[nodiscard]] std::optional<Memory> memory_of_host();
[[nodiscard]] Finding judge(const std::optional<Memory>& memory);

struct Load {
  double waiting = 0;  ///< processes that ran or waited for a processor, over the last minute
  unsigned processors = 1;
};
[[nodiscard]] std::optional<Load> load_of_host();
[[nodiscard]] Finding judge(const std::optional<Load>& load);

/// Whether the page's address can be had. `listen`: what SYNERGY_LISTEN says; `runs`: whether this folder's
/// gateway runs, which then has it.
[[nodiscard]] Finding check_port(const std::string& listen, bool runs,
                                 const std::filesystem::path& run_folder);

}  // namespace synergy::doctor
