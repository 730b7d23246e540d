// The run folder: where one mesh keeps its sockets, locks and logs. Private to the user (0700).
#pragma once

#include <filesystem>
#include <string>

#include "synergy/base/result.hpp"
#include "synergy/bus/transport.hpp"

namespace synergy::runtime {

class RunFolder {
 public:
  /// Creates the folder if need be. Fails with kEnvironment when it can not be made private to the user, or
  /// holds other things and is not private yet; with kInvalid when its name is empty, has control characters
  /// or is no UTF-8.
  [[nodiscard]] static Result<RunFolder> open(const std::filesystem::path& path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] bus::Endpoints endpoints() const { return bus::Endpoints::in(path_); }

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

/// Where the mesh of the system (`synergy systemd`) has its sockets and its database.
inline constexpr const char* kSystemRunFolder = "/run/synergy-mesh";
inline constexpr const char* kSystemStore = "/var/lib/synergy-mesh/mesh.db";

/// The run folder of who names none: `run/` in the checkout (known by its deploy/mesh) where this user may
/// write it, else the system's where it is this user's, else `synergy-mesh` in $XDG_RUNTIME_DIR, else
/// /tmp/synergy-mesh-UID. `checkout` is empty where there is none. Nothing is made; RunFolder::open() checks
/// whose it is.
[[nodiscard]] std::filesystem::path default_run_folder(const std::filesystem::path& checkout);

/// Fails with kInvalid when a run folder may not be called so: without a name, with control characters, no
/// UTF-8.
[[nodiscard]] Status check_name(const std::filesystem::path& run_folder);

/// Fails with kEnvironment when the folder, or a link that stands in its place, belongs to another user.
[[nodiscard]] Status check_owner(const std::filesystem::path& run_folder);

/// Held while a process runs, so that no second one of the same name does; freed by the operating system when
/// the process ends in whatever way.
class ProcessLock {
 public:
  /// Fails with kConflict and the holder's process id when another one holds it.
  [[nodiscard]] static Result<ProcessLock> take(const RunFolder& folder, const std::string& process);
  ProcessLock(ProcessLock&& other) noexcept;
  ProcessLock& operator=(ProcessLock&& other) noexcept;
  ~ProcessLock();

 private:
  explicit ProcessLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace synergy::runtime
