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

/// Runs of the app below it are kept by hour, if at all (thinned_runs); 0: none. Throws DamagedRow.
[[nodiscard]] std::uint64_t thinned_below(Connection& connection, const AppId& app);

/// For the runs of one transaction: it remembers what it found and added. Borrows the connection. Throws what
/// guarded() takes.
class RunWriter {
 public:
  explicit RunWriter(Connection& connection);

  /// False, and nothing added, when the run is kept already. A run whose frame has its outcome already is
  /// kept as failed, and without the frame: no frame has two outcomes. Refuses (kInvalid) a run of an app
  /// that is not kept, a device without a name, and times that do not fit 62 bits.
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

  /// A block of runs that follow each other by number (migration 0010): its first run, and when that was
  /// recorded.
  struct Block {
    std::uint64_t first_run = 0;
    std::int64_t recorded = 0;
  };

  std::optional<std::int64_t> known_number_of(const AppId& app);
  std::int64_t add_number(const AppId& app);
  bool is_kept(const schemas::RunRecord& run, std::optional<std::int64_t> number);
  bool is_thinned(const schemas::RunRecord& run);
  /// Among those that this writer used before.
  [[nodiscard]] const Way* known_way_of(const schemas::RunRecord& run, const std::string& devices) const;
  const Way& find_or_add_way(const schemas::RunRecord& run, const std::string& devices);
  Way added_way(Way way);
  /// False when there is such a row already.
  bool add(const schemas::RunRecord& run, std::int64_t number, const Way& way);
  /// Begins a block with the run where none holds it, or its app's last one began long before.
  void put_into_block(const schemas::RunRecord& run);
  [[nodiscard]] std::optional<Block> last_block_of(const AppId& app, std::uint64_t up_to_run);
  void add_block(const schemas::RunRecord& run);
  bool keep_with_frame(const schemas::RunRecord& run, std::int64_t number, const std::string& devices);
  /// The run of the app whose outcome the frame has; nothing: it has none.
  [[nodiscard]] std::optional<std::uint64_t> run_of(const schemas::FrameRef& frame, std::int64_t number);
  void add_frame(const schemas::RunRecord& run, std::int64_t number);
  [[nodiscard]] static bool serves(const Way& way, const schemas::RunRecord& run, const std::string& devices);
  [[nodiscard]] static std::optional<Times> times_of(const schemas::RunRecord& run, const Way& way);

  Connection& connection_;
  Prepared find_kept_, find_way_, add_run_;
  bool earlier_runs_ = false;                     ///< whether runs_before_5 has any
  std::map<std::string, std::int64_t> numbers_;   ///< by app
  std::map<std::string, std::uint64_t> thinned_;  ///< by app: thinned_below()
  std::map<std::string, Block> blocks_;           ///< by app: its last one
  std::deque<Way> ways_;                          ///< stays in place
};

}  // namespace synergy::store
