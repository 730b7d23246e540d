// Results for people: of an app that runs faster than anybody reads, the newest result now and then, and how
// many were skipped. Pure: times come in as arguments. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/schemas/run.hpp"

namespace synergy::gateway {

/// Of one app, at least so long between two results.
inline constexpr Duration kBetweenResults = std::chrono::milliseconds(50);
/// Apps remembered; more are not heard of in a mesh, and strangers can not make this grow.
inline constexpr std::size_t kMaxPacedApps = 1024;

/// The result as on the bus, and `skipped`: results of the app that were not shown since the one before.
[[nodiscard]] std::string result_json(const schemas::RunResult& result, std::uint64_t skipped);

class ResultPace {
 public:
  /// The result as JSON, if it is to be shown at once. One that is not may be shown later by due().
  [[nodiscard]] std::optional<std::string> hear(const schemas::RunResult& result, MonotonicTime now);
  /// Results that waited and are to be shown now: the newest of each app is shown in the end.
  [[nodiscard]] std::vector<std::string> due(MonotonicTime now);

 private:
  struct Paced {
    MonotonicTime shown{};
    std::uint64_t skipped = 0;
    std::optional<schemas::RunResult> waiting;
  };
  std::map<AppId, Paced> apps_;
};

}  // namespace synergy::gateway
