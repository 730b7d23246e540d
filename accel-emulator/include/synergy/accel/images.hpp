// What lies in the accelerator's memories, word by word: data, input, kernels and biases.
//
// The arithmetic does not need any of this; it is how a host sees the device, and how our placement is
// compared with the vendor tool's. Offsets in a program are bytes within a data memory instance, addresses
// here are those of the Arm core. The address map is that of the vendor's published register description.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "synergy/accel/tensor.hpp"
#include "synergy/accel/weights.hpp"
#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/placement.hpp"

namespace synergy::accel {

/// Address of the first data byte of a processor's instance.
[[nodiscard]] std::uint32_t data_address(std::uint32_t processor, schemas::AcceleratorKind kind);

/// A word of data memory; `valid` has all bits set in those bytes that hold a value, others are don't-care.
struct DataWord {
  std::uint32_t address = 0, value = 0, valid = 0;
  bool operator==(const DataWord&) const = default;
};

/// The words that a layer writes, pixel by pixel, pass by pass, instance by instance. 32-bit values take a
/// word each.
[[nodiscard]] std::vector<DataWord> output_words(const accel_model::Layer& layer, const LayerOutput& output,
                                                 schemas::AcceleratorKind kind);

/// Words that the host writes to successive addresses, or pushes into one FIFO when there is no address.
struct InputLoad {
  std::optional<std::uint32_t> address;
  std::vector<std::uint32_t> words;
  bool operator==(const InputLoad&) const = default;
};

/// What the loader does for one input, in its order. Bytes that no processor uses are zero.
[[nodiscard]] std::vector<InputLoad> input_loads(const accel_model::Program& program, const Tensor& input,
                                                 schemas::AcceleratorKind kind);

/// One 72-bit word of weight memory. Byte 0 is the one that the loader writes first, alone.
struct KernelWord {
  std::uint32_t processor = 0;
  std::uint32_t column = 0;    ///< as the layer's registers count
  std::uint32_t physical = 0;  ///< differs from `column` only in layers with `calcx4`
  std::array<std::uint8_t, accel_model::kBytesPerColumn> bytes{};
  bool operator==(const KernelWord&) const = default;
};

/// The words of layer k, processor by processor; none where it has no copy of its own. `placement` is the
/// program's.
[[nodiscard]] std::vector<KernelWord> kernel_words(const accel_model::Program& program, std::size_t layer,
                                                   const LayerWeights& weights,
                                                   const accel_model::ProgramPlacement& placement);

/// All of bias memory, quadrant by quadrant; zero where nothing lies. `placement` is the program's.
[[nodiscard]] std::array<std::vector<std::uint8_t>, accel_model::kQuadrants> bias_image(
    const accel_model::Program& program, const ModelWeights& weights,
    const accel_model::ProgramPlacement& placement, schemas::AcceleratorKind kind);

}  // namespace synergy::accel
