// Which units are held when, in a cycle that repeats: times count modulo the period.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace synergy::schedule {

/// Holding a unit from `from` to `to`, counted from the beginning of what holds it: ns.
struct Hold {
  std::uint32_t unit = 0;
  std::int64_t from = 0, to = 0;
};

class ReservationTable {
 public:
  ReservationTable(std::size_t units, std::int64_t period) : period_(period), held_(units) {}

  [[nodiscard]] std::int64_t period() const { return period_; }

  /// The earliest start from `from` on at which all holds are free; nothing when no start is.
  [[nodiscard]] std::optional<std::int64_t> earliest(const std::vector<Hold>& holds, std::int64_t from) const;
  /// The latest start up to `until`.
  [[nodiscard]] std::optional<std::int64_t> latest(const std::vector<Hold>& holds, std::int64_t until) const;

  /// Both for holds that are free, or held, at this start.
  void take(const std::vector<Hold>& holds, std::int64_t start);
  void give_back(const std::vector<Hold>& holds, std::int64_t start);
  /// Takes a hold of which parts may be held already; it can not be given back. False where it is as long as
  /// the period.
  [[nodiscard]] bool cover(const Hold& hold);

 private:
  using Interval = std::pair<std::int64_t, std::int64_t>;
  /// How far the start must move, forward or back, to clear what is held; 0 when it is free, the period or
  /// more when it never is.
  [[nodiscard]] std::int64_t shift(const Hold& hold, std::int64_t start, bool forward) const;
  [[nodiscard]] std::int64_t residue(std::int64_t time) const {
    const auto rest = time % period_;
    return rest < 0 ? rest + period_ : rest;
  }
  void mark(const Hold& hold, std::int64_t start, bool take);

  std::int64_t period_;
  std::vector<std::vector<Interval>>
      held_;  ///< of each unit, within [0, period), in order, none meets another
};

}  // namespace synergy::schedule
