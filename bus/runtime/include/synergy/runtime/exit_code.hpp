// How a process of the mesh ends, for scripts and for the supervisor.
#pragma once

#include "synergy/base/result.hpp"

namespace synergy::runtime {

enum class ExitCode : int {
  kOk = 0,
  kFailed = 1,       ///< what was asked could not be done; the message says why
  kUsage = 2,        ///< wrong flags
  kConfig = 3,       ///< a file or something named is missing or wrong
  kEnvironment = 4,  ///< the machine refused: run folder, socket, lock, disk
  kStore = 5,        ///< the database is damaged or not ours
  kNoMesh = 6,       ///< nobody answers on the bus, or what is asked for is not there yet
  kInternal = 70,    ///< a bug
};

[[nodiscard]] constexpr ExitCode exit_code_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
    case ErrorCode::kNotFound:
      return ExitCode::kConfig;
    case ErrorCode::kEnvironment:
      return ExitCode::kEnvironment;
    case ErrorCode::kCorrupt:
      return ExitCode::kStore;
    case ErrorCode::kUnavailable:
      return ExitCode::kNoMesh;
    case ErrorCode::kInternal:
      return ExitCode::kInternal;
    case ErrorCode::kConflict:
    case ErrorCode::kNoFit:
    case ErrorCode::kTimeout:
    case ErrorCode::kOverloaded:
      return ExitCode::kFailed;
  }
  return ExitCode::kInternal;
}

}  // namespace synergy::runtime
