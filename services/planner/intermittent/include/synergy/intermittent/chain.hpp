// One model on one device without a battery, as a chain: what it costs to run any range of its layers in one
// power cycle.
//
// Boundaries 0..m: the input, the clean cuts of the model, the result. A segment [a, b) is a power cycle that
// loads the weights of the layers between boundaries a and b and takes k inputs from a to b:
//
//   E(a, b, k) = boot + weights(a, b) + registers(a, b)
//              + k x (restore(a) + load + infer + unload + save(b))
//
// and T(a, b, k) likewise. The first three are `fixed`, the rest is `variable`. restore(0) takes an input out
// of the queue; save(m) keeps a result. Costs of load, infer, unload, registers and weights are those of the
// planner's cost model, so that this table, planner and emulator can not disagree; the device's sleeping
// power is added for as long as each step lasts, because a capacitor feeds the whole device.
//
// What a reader gets wrong: E is not monotone. A layer between two large tensors may cost more than a range
// that contains it, so nothing may be pruned because it lies within something else.
//
// Not counted: sensing, preparing an input, radio. Costs of a range are those of the range alone on the
// accelerator; beside other weights the columns where its own begin may differ by a few cycles.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "synergy/accel_model/program.hpp"
#include "synergy/intermittent/energy.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::intermittent {

/// What a power cycle costs beside the accelerator's work; of a device file: checkpoint_figures()
/// (device_costs.hpp). Defaults: boot from AN7664's power-down wake-up
/// (2.4 ms; 2.5 ms here) at 7.6 mW; FRAM on SPI at 25 MHz (CY15B104QN data sheet: 512 KiB; 1.5 nJ a byte for
/// the chip, assumed of its current, and 320 ns of the MCU that drives it); 60 us of the MCU for each
/// checkpoint (assumed).
struct CheckpointFigures {
  double boot_us = 2500, boot_uj = 19;
  double fram_ns_per_byte = 320, fram_nj_per_byte = 3.9;
  double checkpoint_us = 60, checkpoint_uj = 0.456;
  std::uint64_t fram_bytes = 512 * 1024;
  bool inputs_in_fram = true;  ///< false: an input lies in the SRAM when it is wanted, and takes no FRAM
  bool operator==(const CheckpointFigures&) const = default;
};

/// What one input costs, in the order in which it is paid.
struct InputCost {
  Cost restore;  ///< out of FRAM, or out of the queue of inputs
  Cost load;     ///< into the accelerator
  Cost infer;
  Cost unload;  ///< out of the accelerator
  Cost save;    ///< into FRAM, with the checkpoint

  [[nodiscard]] Cost sum() const { return restore + load + infer + unload + save; }
  bool operator==(const InputCost&) const = default;
};

/// Of the layers between two boundaries.
struct Range {
  std::string refusal;      ///< why the accelerator does not run it; empty where it does
  Cost weights, registers;  ///< once in a power cycle
  Cost variable;            ///< for each input
  InputCost steps;          ///< of which it consists; all 0 in a chain that is only planned with
  /// Quadrants by which the accelerator turns its masks (accel_model::chunk_of). Ranges of one model can use
  /// the same copy of weights only where they are turned alike.
  std::uint32_t turned = 0;

  [[nodiscard]] bool possible() const { return refusal.empty(); }
  bool operator==(const Range&) const = default;
};

/// Consecutive boundaries; `from` < `to`.
struct Segment {
  std::uint32_t from = 0, to = 0;
  auto operator<=>(const Segment&) const = default;
};

class Chain {
 public:
  /// m + 1 boundaries, m >= 1, all ranges without costs. Whoever makes a chain by hand fills it in.
  explicit Chain(std::uint32_t pieces);

  std::string label = "model";             ///< as messages name it
  std::vector<std::string> layers;         ///< names, in order
  std::vector<std::uint32_t> first_layer;  ///< of each boundary; of the last one, the number of layers
  std::vector<std::uint64_t> kept_bytes;   ///< FRAM that one tensor takes at each boundary
  std::uint64_t fram_bytes = 0;            ///< for tensors
  Cost boot;
  double peak_mw = 0;  ///< the largest power of any step, in the mean over the step: mW at the load

  /// m: the last boundary.
  [[nodiscard]] std::uint32_t pieces() const { return pieces_; }
  /// `from` < `to` <= m.
  [[nodiscard]] Range& range(std::uint32_t from, std::uint32_t to) { return ranges_[index(from, to)]; }
  [[nodiscard]] const Range& range(std::uint32_t from, std::uint32_t to) const {
    return ranges_[index(from, to)];
  }
  /// Whether the weights of [from, m) and those of [0, to) lie in the accelerator together, to <= from.
  [[nodiscard]] bool together(std::uint32_t from, std::uint32_t to) const {
    return together_[from * (pieces_ + 1) + to];
  }
  void set_together(std::uint32_t from, std::uint32_t to, bool fits) {
    together_[from * (pieces_ + 1) + to] = fits;
  }

  [[nodiscard]] Cost fixed(const Segment& s) const {
    const auto& r = range(s.from, s.to);
    return boot + r.weights + r.registers;
  }
  [[nodiscard]] Cost variable(const Segment& s) const { return range(s.from, s.to).variable; }
  /// E(a, b, k) and T(a, b, k).
  [[nodiscard]] Cost cost(const Segment& s, std::int64_t inputs = 1) const {
    return fixed(s) + inputs * variable(s);
  }
  /// Whether a power cycle of so much energy does it.
  [[nodiscard]] bool is_safe(const Segment& s, Picojoules capacity, std::int64_t inputs = 1) const {
    return range(s.from, s.to).possible() && cost(s, inputs).energy <= capacity;
  }
  /// `layer 3 'conv4'`, `layers 3 'conv4' to 5 'fc'`.
  [[nodiscard]] std::string name_of(const Segment& s) const;

 private:
  [[nodiscard]] std::size_t index(std::uint32_t from, std::uint32_t to) const;

  std::uint32_t pieces_;
  std::vector<Range> ranges_;
  std::vector<bool> together_;
};

/// The profile holds to DeviceProfile::check(). Fails with kInvalid where a figure is negative or no number,
/// or a cost is beyond kMostEnergy. Ranges that the accelerator refuses stay in the chain, with the reason.
[[nodiscard]] Result<Chain> make_chain(const planner::Model& model, const schemas::DeviceProfile& profile,
                                       const CheckpointFigures& figures);

}  // namespace synergy::intermittent
