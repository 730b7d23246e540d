#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "synergy/doctor/mesh.hpp"
#include "synergy/store/check.hpp"

namespace synergy::doctor {
namespace {

/// Whether some process holds the store's lock.
bool is_locked(const std::filesystem::path& file) {
  const int fd = ::open((file.string() + ".lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool locked = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
  ::close(fd);
  return locked;
}

}  // namespace

Finding check_store(const std::filesystem::path& file, bool store_runs, const Clock& clock) {
  std::error_code none;
  if (!std::filesystem::exists(file, none))
    return {store_runs ? Verdict::kProblem : Verdict::kOk, "store",
            file.string() + " is not there" + (store_runs ? ", and the store runs" : " yet"),
            store_runs ? "put it back, or start anew with mesh down, mesh up" : ""};
  if (!store_runs && is_locked(file))
    return {Verdict::kProblem, "store", file.string() + " is in use by a process of another run folder",
            "stop that mesh, or choose another file with SYNERGY_STORE"};
  const auto until = clock.monotonic() + kLookAtStore;
  const auto report = store::check_file(file, [&] { return clock.monotonic() > until; });
  if (!report && report.error().code == ErrorCode::kUnavailable)
    return {
        Verdict::kOk,
        "store",
        file.string() + " is too large to read here; what was read is whole (all of it: synergy store check)",
        {}};
  if (!report)
    return {Verdict::kProblem, "store", report.error().message,
            "or give the mesh another file with SYNERGY_STORE"};
  if (report->damages > 0)
    return {Verdict::kProblem, "store",
            file.string() + " is damaged in " + std::to_string(report->damages) +
                (report->damages == 1 ? " place: " : " places, the first: ") +
                report->damaged.front().problem,
            "see synergy store check, which says what to do"};
  return {Verdict::kOk,
          "store",
          file.string() + " is whole: " + std::to_string(report->rows) + " rows, schema version " +
              std::to_string(report->schema_version),
          {}};
}

}  // namespace synergy::doctor
