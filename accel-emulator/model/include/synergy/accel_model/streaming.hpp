// What the hardware is told of layers that run at the same time: when each begins, how far it then moves, and
// the rolling buffer that holds its input. None of it changes results or the estimated time; it limits which
// programs can stream.
//
// Formulas: the hardware description's section on FIFOs and streaming, for which all 315 streaming layers of
// the vendor tool's recorded runs give the same values.
#pragma once

#include <vector>

#include "synergy/accel_model/program.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::accel_model {

struct StreamRegisters {
  std::uint64_t start = 0;         ///< pixels of its input that must be there before it begins
  std::uint64_t delta1 = 0;        ///< further pixels for the next output of a row
  std::uint64_t delta2 = 0;        ///< and for the first output of the next row
  std::uint64_t buffer_words = 0;  ///< of each data memory instance, from its `in_offset`; 0 without a FIFO
  bool operator==(const StreamRegisters&) const = default;
};

/// One for each layer that streams: the first ones of the program.
[[nodiscard]] std::vector<StreamRegisters> stream_registers(const Program& program,
                                                            schemas::AcceleratorKind kind);

}  // namespace synergy::accel_model
