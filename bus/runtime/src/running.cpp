#include "synergy/runtime/running.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <tuple>

#include "synergy/runtime/run_folder.hpp"
#include "synergy/schemas/roster.hpp"

namespace synergy::runtime {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLockEnd = ".lock";
/// What the kernel adds to the name of an open file that was deleted.
constexpr std::string_view kDeleted = " (deleted)";

/// A service takes its lock first of all, so its number is small; who has many files open is not read for
/// long.
constexpr int kLocksAreBelow = 64;

/// The process that a lock file belongs to, `executor/ring` of `executor.ring.lock`; empty when it is none's.
/// A database in the run folder has a lock as well (`mesh.db.lock`), which another mesh's store may hold.
std::string process_of(const fs::path& lock) {
  std::string file = lock.filename().string();
  if (file.ends_with(kDeleted)) file.resize(file.size() - kDeleted.size());
  if (!file.ends_with(kLockEnd)) return {};
  file.resize(file.size() - kLockEnd.size());
  std::error_code failure;
  if (fs::exists(lock.parent_path() / file, failure)) return {};  // the database itself
  const auto dot = file.find('.');
  if (dot == std::string::npos) return file;
  file[dot] = '/';
  const auto* kind = schemas::find_kind(file);
  return kind != nullptr && kind->is_of_device() ? file : std::string();
}

/// A file of /proc; empty when the process has ended meanwhile, or is another user's.
std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return rest_of(file);
}

/// Whether this open file holds a lock: who only has the file open, or waits for it, does not.
bool holds_lock(const fs::path& proc, const fs::path& fd) {
  const auto info = text_of(proc / "fdinfo" / fd);
  for (auto at = info.find("lock:\t"); at != std::string::npos; at = info.find("lock:\t", at + 1)) {
    const auto line = std::string_view(info).substr(at, info.find('\n', at) - at);
    if (line.find("FLOCK") != std::string_view::npos && line.find("->") == std::string_view::npos)
      return true;
  }
  return false;
}

/// The name of the lock that this open file is, where it is one of `folder` and held; else empty.
std::string lock_held_by(const fs::path& proc, const fs::path& fd, const fs::path& folder) {
  std::error_code gone;
  const auto target = fs::read_symlink(proc / "fd" / fd, gone);
  if (gone || target.parent_path() != folder) return {};
  if (fs::exists(target, gone) && target.native().ends_with(kDeleted))
    return {};  // somebody's file is called so
  auto name = process_of(target);
  return !name.empty() && holds_lock(proc, fd) ? name : std::string();
}

/// The names of the locks in `folder` that a process holds.
std::vector<std::string> locks_of(const fs::path& proc, const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  for (fs::directory_iterator it(proc / "fd", failure), end; !failure && it != end; it.increment(failure))
    if (auto name = lock_held_by(proc, it->path().filename(), folder); !name.empty())
      names.push_back(std::move(name));
  return names;
}

/// Whether the process is a supervisord that was started with this folder's configuration.
bool is_supervisor(const fs::path& proc, const fs::path& folder) {
  const auto line = text_of(proc / "cmdline");
  bool program = false, configuration = false;
  for (std::size_t at = 0; at < line.size();) {
    const auto end = std::min(line.find('\0', at), line.size());
    const fs::path word = line.substr(at, end - at);
    at = end + 1;
    if (word.filename() == kSupervisor) program = true;
    std::error_code failure;
    if (word.is_absolute() && word.filename() == "supervisord.conf" &&
        fs::weakly_canonical(word.parent_path(), failure) == folder && !failure)
      configuration = true;
  }
  return program && configuration;
}

pid_t parent_of(pid_t pid) {
  const auto status = text_of("/proc/" + std::to_string(pid) + "/status");
  const auto at = status.find("\nPPid:\t");
  pid_t parent = 0;
  if (at != std::string::npos) std::from_chars(status.data() + at + 7, status.data() + status.size(), parent);
  return parent;
}

/// A child of supervisord bears its command line until it has become another program.
void drop_children_of_supervisors(std::vector<RunningProcess>& all) {
  std::vector<pid_t> supervisors;
  for (const auto& process : all)
    if (process.name == kSupervisor) supervisors.push_back(process.pid);
  std::erase_if(all, [&](const RunningProcess& process) {
    return process.name == kSupervisor &&
           std::find(supervisors.begin(), supervisors.end(), parent_of(process.pid)) != supervisors.end();
  });
}

/// The folder as the links of /proc name it.
fs::path links_name(const fs::path& run_folder, std::error_code& failure) {
  auto folder = fs::weakly_canonical(fs::absolute(run_folder), failure);
  if (!folder.has_filename()) folder = folder.parent_path();  // it was named with a slash at its end
  return folder;
}

std::optional<pid_t> number(const std::string& text) {
  pid_t pid = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return pid;
}

}  // namespace

Result<std::vector<RunningProcess>> running_in(const fs::path& run_folder) {
  if (auto status = check_name(run_folder); !status) return status.error();
  std::error_code failure;
  const auto folder = links_name(run_folder, failure);
  if (failure) return Error{ErrorCode::kEnvironment, run_folder.string() + ": " + failure.message()};
  std::vector<RunningProcess> all;
  for (fs::directory_iterator it("/proc", failure), end; !failure && it != end; it.increment(failure)) {
    const auto pid = number(it->path().filename().string());
    if (!pid) continue;
    for (auto& name : locks_of(it->path(), folder)) all.push_back({std::move(name), *pid});
    if (is_supervisor(it->path(), folder)) all.push_back({kSupervisor, *pid});
  }
  if (failure)
    return Error{ErrorCode::kEnvironment,
                 "/proc tells which processes run, and can not be read: " + failure.message()};
  drop_children_of_supervisors(all);
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return std::tie(a.name, a.pid) < std::tie(b.name, b.pid); });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::optional<std::vector<std::string>> names_of(const fs::path& run_folder, pid_t pid) {
  std::error_code failure;
  const auto folder = links_name(run_folder, failure);
  if (failure) return std::nullopt;
  const std::ifstream probe("/proc/self/fdinfo/0");  // what is read below takes a descriptor
  if (!probe && errno == EMFILE) return std::nullopt;
  const fs::path proc = "/proc/" + std::to_string(pid);
  std::vector<std::string> names;
  for (int fd = 0; fd < kLocksAreBelow; ++fd) {
    auto name = lock_held_by(proc, std::to_string(fd), folder);
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

pid_t holder_of(const fs::path& run_folder, const std::string& process) {
  const auto all = running_in(run_folder);
  if (!all) return 0;
  for (const auto& running : *all)
    if (running.name == process) return running.pid;
  return 0;
}

std::string rest_of(std::istream& file) {
  std::ostringstream text;
  text << file.rdbuf();  // keeps to itself what reading throws
  return text.str();
}

std::string lock_file_of(const std::string& process) {
  std::string file = process;
  std::replace(file.begin(), file.end(), '/', '.');
  return file + std::string(kLockEnd);
}

}  // namespace synergy::runtime
