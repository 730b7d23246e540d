// The runs: how each ended, once. (app, run) is a run's identity; its first record stands.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

/// Borrows the database. keep() belongs inside a Transaction.
class Runs {
 public:
  explicit Runs(Database& database) : database_(database) {}

  /// Adds those that are not there yet and returns how many that were. Fails with kInvalid when an app is not
  /// kept (Apps), or a device's name is empty or contains ` > `.
  Result<std::size_t> keep(std::span<const schemas::RunRecord> runs);

  /// Numbers from `first_run` up to, not including, `next_run` of which no run is kept, ascending; at most
  /// `limit`, the highest. It looks from the highest number down and stops when it
  /// has found all: missing runs are among the newest.
  [[nodiscard]] Result<std::vector<std::uint64_t>> missing(const AppId& app, std::uint64_t first_run,
                                                           std::uint64_t next_run, std::size_t limit) const;

  /// The app's runs from `first_run` on, by number, at most `limit`.
  [[nodiscard]] Result<std::vector<schemas::RunRecord>> of(const AppId& app, std::uint64_t first_run,
                                                           std::uint32_t limit) const;

  /// Which of a device's frames have an outcome, in the order of `sequences`, then of the apps.
  [[nodiscard]] Result<std::vector<schemas::FrameOutcome>> outcomes_of(
      const DeviceId& device, const std::vector<std::uint64_t>& sequences) const;

 private:
  Database& database_;
};

}  // namespace synergy::store
