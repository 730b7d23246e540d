// All that a device without a battery forgets when its power goes: the accelerator's weight memory, its
// registers and biases, its data memory, and the tensor in the microcontroller's SRAM.
//
//   FRAM -- restore --> SRAM -- load --> data memory -- compute --> data memory
//   FRAM <-- save -- SRAM <-- unload -- data memory
//
// It knows neither time nor energy; whoever has these (run.hpp) tells it what happened. With a network it
// holds real bytes, and each step moves them. Without one only the bookkeeping is there.
//
//   power is lost   all of it is gone
//   retained        weights and SRAM stay; registers and biases are lost, and data memory with them, unless
//                   the device keeps it (MAX78000 User Guide, ch. 4: CNN memory retention is selectable in
//                   UPM and STANDBY; that it covers activations is not said)
//
// What is lost is overwritten with a pattern, so that a policy which uses it is found out by its results:
// nothing here refuses. A range computes its answer only where the weights, biases, registers and data that
// it needs are what they must be, byte by byte; else its answer is the pattern.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "synergy/harvested/network.hpp"
#include "synergy/intermittent/power_cycle.hpp"

namespace synergy::harvested {

using intermittent::Loaded;

/// An inference's tensor in volatile memory.
struct Tensor {
  std::uint32_t boundary = 0;  ///< how far it has come
  std::uint32_t origin = 0;    ///< the boundary at which it lies in FRAM; 0: only as an input
  std::uint64_t number = 0;    ///< of the inference
  Bytes bytes;                 ///< none without a network
  bool operator==(const Tensor&) const = default;
};

/// A network that is given must outlive this. One thread.
class PowerDomain {
 public:
  static constexpr std::uint8_t kLost = 0xA5;  ///< the pattern

  PowerDomain(std::uint32_t pieces, Network* network, bool retention_keeps_data);

  /// What the device knows of itself.
  /// Whether all weights of `pieces` lie where the program that runs `loaded` has them.
  [[nodiscard]] bool holds(const Loaded& loaded, const Segment& pieces) const;
  [[nodiscard]] const std::optional<Loaded>& loaded() const { return loaded_; }
  /// The range whose registers and biases are written.
  [[nodiscard]] const std::optional<Segment>& selected() const { return selected_; }
  /// In the accelerator's data memory; nothing where nobody can use what lies there.
  [[nodiscard]] const Tensor* data() const { return has_data_ ? &data_ : nullptr; }
  [[nodiscard]] const Tensor* sram() const { return has_sram_ ? &sram_ : nullptr; }

  void lose_power();
  void retain();

  /// Steps. Weights of a program that runs other ranges go when others are loaded; they may lie in the way.
  void load_weights(const Loaded& loaded, const Segment& pieces);
  void write_registers(const Segment& range);
  void restore(Tensor tensor);
  void load();
  /// A part of the selected range.
  void compute(const Segment& part);
  void unload();
  /// What lies in SRAM is in FRAM now, at its boundary; a result is then forgotten.
  void saved();

 private:
  void overwrite(accel::LayerWeights& layer, bool weights, bool biases) const;
  void forget_weights();
  void forget_registers();
  void forget_data();
  [[nodiscard]] bool can_compute(const Segment& part) const;

  std::uint32_t pieces_;
  Network* network_;
  bool keeps_data_;
  std::optional<Loaded> loaded_;
  std::vector<bool> held_;  ///< by piece
  std::optional<Segment> selected_;
  accel::ModelWeights memory_;  ///< weight memory and bias memory, by layer
  Tensor data_, sram_;
  bool has_data_ = false, has_sram_ = false;
};

}  // namespace synergy::harvested
