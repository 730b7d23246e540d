// Which columns of each processor's weight memory are taken, and the first place where some are free.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "synergy/accel_model/device_constants.hpp"

namespace synergy::accel_model {

struct Room {
  std::uint32_t length = 0;
  std::uint32_t from = 0;    ///< first column allowed
  bool within_bank = false;  ///< all of it in one physical bank
};

class ColumnMap {
 public:
  explicit ColumnMap(const DeviceConstants& chip);

  void take(std::uint64_t processors, std::uint32_t begin, std::uint32_t end);

  /// The lowest multiple of 4 from which the room is free in all of `processors`.
  [[nodiscard]] std::optional<std::uint32_t> lowest(std::uint64_t processors, const Room& room) const;
  /// The highest such multiple of 4.
  [[nodiscard]] std::optional<std::uint32_t> highest(std::uint64_t processors, const Room& room) const;
  /// Length of the longest run that `lowest` would find.
  [[nodiscard]] std::uint32_t longest_free(std::uint64_t processors) const;

 private:
  struct Taken {
    std::uint32_t begin, end;
    std::uint64_t processors;
  };
  struct Gap {
    std::uint32_t begin, end;
  };
  /// Runs of columns that are free in all of `processors`, in order; columns that a processor does not have
  /// are not.
  [[nodiscard]] std::vector<Gap> gaps_in(std::uint64_t processors) const;

  std::vector<Taken> taken_;  ///< by their beginning; there are few, as layers are
  std::uint32_t columns_;
};

}  // namespace synergy::accel_model
