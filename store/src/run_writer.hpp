// Writes runs as migration 0005 keeps them: what the runs of one execution plan have in common once, in
// run_ways, and of each run the rest, its times as small differences.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sqlite.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::store {

/// The devices of a run stand in one column, for people: `glasses > watch`.
inline constexpr std::string_view kThen = " > ";

/// Added to `attempts`, as run_ways and runs_since_5 have it, where the run was computed from generated noise
/// (migration 0007).
inline constexpr std::uint64_t kGeneratedMark = std::uint64_t(1) << 32;

/// The number that stands for the app in compact_runs; nothing when no run of it is kept there. Throws
/// DamagedRow.
[[nodiscard]] std::optional<std::int64_t> number_of(Connection& connection, const AppId& app);

/// For the runs of one transaction: it remembers what it found and added. Borrows the connection. Throws what
/// guarded() takes.
class RunWriter {
 public:
  explicit RunWriter(Connection& connection);

  /// False, and nothing added, when the run is kept already. Refuses (kInvalid) a run of an app that is not
  /// kept, a device without a name, and times that do not fit 62 bits.
  bool keep(const schemas::RunRecord& run);

 private:
  /// What runs of one way have in common, and what their times count from.
  struct Way {
    std::int64_t id = 0;
    std::uint64_t plan_id = 0;
    schemas::RunOutcome outcome = schemas::RunOutcome::kCompleted;
    std::uint64_t attempts = 0;  ///< with its mark
    double energy_uj = 0;
    std::string devices, reason;
    std::int64_t began = 0, recorded_after = 0;
  };
  /// Of one run, as its row has them.
  struct Times {
    std::int64_t began_after, took, lag;
  };

  std::optional<std::int64_t> known_number_of(const AppId& app);
  std::int64_t add_number(const AppId& app);
  bool is_kept(const schemas::RunRecord& run, std::optional<std::int64_t> number);
  /// Among those that this writer used before.
  [[nodiscard]] const Way* known_way_of(const schemas::RunRecord& run, const std::string& devices) const;
  const Way& find_or_add_way(const schemas::RunRecord& run, const std::string& devices);
  Way added_way(Way way);
  /// False when there is such a row already.
  bool add(const schemas::RunRecord& run, std::int64_t number, const Way& way);
  [[nodiscard]] static bool serves(const Way& way, const schemas::RunRecord& run, const std::string& devices);
  [[nodiscard]] static std::optional<Times> times_of(const schemas::RunRecord& run, const Way& way);

  Connection& connection_;
  Prepared find_kept_, find_way_, add_run_;
  bool earlier_runs_ = false;                    ///< whether runs_before_5 has any
  std::map<std::string, std::int64_t> numbers_;  ///< by app
  std::deque<Way> ways_;                         ///< stays in place
};

}  // namespace synergy::store
