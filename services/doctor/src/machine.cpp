#include "synergy/doctor/machine.hpp"

#include <sys/resource.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace synergy::doctor {
namespace {

std::string mebibytes(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

/// The first number behind `name` in a file of the kernel's; nothing where there is none.
std::optional<std::uint64_t> number_in(const char* file, const std::string& name = {}) {
  std::ifstream text(file);
  for (std::string word; text >> word;) {
    std::uint64_t number = 0;
    if (name.empty()) return std::istringstream(word) >> number ? std::optional(number) : std::nullopt;
    if (word == name && text >> number) return number;
  }
  return std::nullopt;
}

Finding judge_disk(const std::filesystem::path& folder, const std::string& whose) {
  struct statvfs disk {};
  const auto place = "the disk of " + whose + " (" + folder.string() + ")";
  if (::statvfs(folder.c_str(), &disk) != 0)
    return {Verdict::kProblem, "disk", place + " can not be looked at", "see that folder and disk are there"};
  const auto free = std::uint64_t(disk.f_bavail) * disk.f_frsize;
  const auto left = mebibytes(free) + " are left on " + place;
  if ((disk.f_flag & ST_RDONLY) != 0)
    return {Verdict::kProblem, "disk", place + " is mounted read-only",
            "see what is wrong with it (dmesg), and mount it to be written"};
  if (free < kRoomToStart)
    return {Verdict::kProblem, "disk", left + ", and a mesh needs " + mebibytes(kRoomToStart) + " to start",
            "make room, or choose another folder with SYNERGY_RUN_DIR or SYNERGY_STORE"};
  if (disk.f_files > 0 && disk.f_favail < kFilesToStart)
    return {Verdict::kProblem, "disk", place + " takes " + std::to_string(disk.f_favail) + " more files only",
            "delete files that nobody needs"};
  if (free < kLittleRoom)
    return {Verdict::kWarning, "disk", left, "make room before logs and runs fill it (mesh up --keep 30d)"};
  return {Verdict::kOk, "disk", left, {}};
}

/// The folder itself, or the nearest above it that there is.
std::filesystem::path existing(std::filesystem::path folder) {
  std::error_code none;
  folder = std::filesystem::absolute(folder, none);
  while (!std::filesystem::is_directory(folder, none) && folder.has_relative_path())
    folder = folder.parent_path();
  return folder;
}

}  // namespace

std::vector<Finding> check_disks(const std::filesystem::path& run_folder,
                                 const std::filesystem::path& store) {
  const auto run = existing(run_folder), kept = existing(store.parent_path());
  std::vector<Finding> found{judge_disk(run, "the run folder")};
  if (run != kept) found.push_back(judge_disk(kept, "the store"));
  return found;
}

Finding check_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {Verdict::kOk, "open files", "no limit is told", {}};
  const auto most = std::min(limit.rlim_cur, limit.rlim_max);
  const auto says = most == RLIM_INFINITY ? std::string("a process may have any number of files open")
                                          : "a process may have " + std::to_string(most) + " files open";
  if (most < kFilesToStart)
    return {Verdict::kProblem, "open files",
            says + ", and one of a mesh needs " + std::to_string(kFilesToStart),
            "raise it before mesh up, e.g. ulimit -n " + std::to_string(kFewFiles)};
  if (most < kFewFiles)
    return {Verdict::kWarning, "open files", says,
            "raise it for large bodies, e.g. ulimit -n " + std::to_string(kFewFiles)};
  return {Verdict::kOk, "open files", says, {}};
}

std::optional<Memory> memory_of_host() {
  auto available = number_in("/proc/meminfo", "MemAvailable:");
  if (available) *available *= 1024;
  const auto most = number_in("/sys/fs/cgroup/memory.max"),
             taken = number_in("/sys/fs/cgroup/memory.current");
  if (most && taken) {
    const auto of_group = *most > *taken ? *most - *taken : 0;
    available = available ? std::min(*available, of_group) : of_group;
  }
  return available ? std::optional(Memory{*available}) : std::nullopt;
}

Finding judge(const std::optional<Memory>& memory) {
  if (!memory) return {Verdict::kOk, "memory", "the system does not tell how much is free", {}};
  const auto says = mebibytes(memory->available_bytes) + " of memory are free";
  if (memory->available_bytes < kMemoryToStart)
    return {Verdict::kProblem, "memory",
            says + ", and a mesh needs " + mebibytes(kMemoryToStart) + " to start",
            "end what needs much memory (ps --sort=-rss -eo rss,pid,args | head)"};
  if (memory->available_bytes < kLittleMemory)
    return {Verdict::kWarning, "memory", says, "a large body may find too little of it; end what needs much"};
  return {Verdict::kOk, "memory", says, {}};
}

std::optional<Load> load_of_host() {
  double minute = 0;
  if (::getloadavg(&minute, 1) != 1) return std::nullopt;
  return Load{minute, std::max(1U, std::thread::hardware_concurrency())};
}

Finding judge(const std::optional<Load>& load) {
  if (!load) return {Verdict::kOk, "load", "the system does not tell its load", {}};
  std::ostringstream says;
  says.precision(1);
  says << std::fixed << load->waiting << " processes run or wait for " << load->processors
       << (load->processors == 1 ? " processor" : " processors");
  constexpr double kMuch = 2;
  if (load->waiting > kMuch * load->processors)
    return {
        Verdict::kWarning, "load", says.str(),
        "the mesh will lag behind the hardware; end other work, or start it slower (mesh up --time-scale 2)"};
  return {Verdict::kOk, "load", says.str(), {}};
}

}  // namespace synergy::doctor
