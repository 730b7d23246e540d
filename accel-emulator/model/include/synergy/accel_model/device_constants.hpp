// What the two chips have and allow, as numbers.
//
// Sizes are per unit as the hardware divides them (instance, processor, quadrant), because that is where they
// run out: free bytes in one instance do not help another.
#pragma once

#include <cstdint>
#include <string_view>

#include "synergy/accel_model/program.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::accel_model {

inline constexpr std::uint32_t kBytesPerColumn = 9;  ///< one 72-bit word of weight memory
inline constexpr std::uint32_t kMaxChannels = 1024;
inline constexpr std::uint32_t kMaxInputPasses = 16;
inline constexpr std::uint64_t kMaxPixelsTimesPasses = (1u << 21) - 1;
inline constexpr std::uint32_t kMaxFlattenPixels = 256;
inline constexpr std::uint64_t kMaxFlattenProduct = 65536;  ///< passes x pixels
/// Our own limit: sums of more products of two signed bytes could leave the 32-bit accumulator.
inline constexpr std::uint64_t kMaxFlattenValues = (1u << 17) - 1;
inline constexpr std::uint32_t kMaxPoolWindow = 16;
inline constexpr std::uint32_t kMaxPoolStride = 16;
/// (window - 1) x dilation.
inline constexpr std::uint32_t kMaxPoolReach = 15;
inline constexpr std::uint32_t kMaxPad = 2;
inline constexpr std::uint32_t kMaxStreamingLayers = 8;
/// The data memory of an instance consists of banks of this size (MAX78002).
inline constexpr std::uint32_t kDataBankBytes = 16384;
inline constexpr std::int32_t kMaxShift = 15;

/// Values of layers that stream stay below these.
struct StreamLimits {
  std::uint64_t start, delta1, delta2, buffer_words, frame, passes, line_buffer;
};

struct DeviceConstants {
  schemas::AcceleratorKind kind;
  std::string_view name;
  std::uint32_t instance_bytes;  ///< data memory of four processors
  std::uint32_t columns;         ///< weight memory of a processor
  std::uint32_t columns_first;   ///< the same for the first processor of each quadrant
  std::uint32_t bias_bytes_per_quadrant;
  std::uint32_t max_layers;
  std::uint32_t max_rows_or_columns;
  std::uint32_t max_output_step;  ///< output passes x (write gap + 1)
  std::uint32_t out_offset_limit;
  bool padded_size_is_limited;  ///< rows - 1 + 2 x pad must stay below max_rows_or_columns
  std::uint32_t max_pool_dilation;
  bool has_depthwise, has_read_gap, has_bypass, has_binary_weights, has_calcx4, has_readahead;
  bool has_free_layer_order;     ///< first layer, next layer and layers left out as one likes
  bool adds_operands_with_bias;  ///< a convolution may have both a bias and several operands
  bool adds_operands_of_many_passes;
  bool streams_passthrough, streams_unpadded_to_the_end;
  bool inserts_layer_before_average;  ///< between an element-wise operation and an average pooling
  bool pools_many_passes_in_passthrough;
  bool pads_conv1d_of_many_passes;
  bool reads_weights_again;             ///< a cost in cycles where pooling follows an element-wise operation
  bool flatten_bias_first;              ///< order in which biases are given room
  bool first_streaming_bias_is_lost;    ///< a dummy stands before those of a first layer that streams
  bool first_processors_fill_from_top;  ///< layers on processors 0, 16, 32, 48 alone use the highest columns
  StreamLimits stream_limits;

  [[nodiscard]] constexpr std::uint32_t columns_of(std::uint32_t processor) const {
    return processor % kProcessorsPerQuadrant == 0 ? columns_first : columns;
  }
};

inline constexpr DeviceConstants kMax78000Constants{
    .kind = schemas::AcceleratorKind::kMax78000,
    .name = "MAX78000",
    .instance_bytes = 32768,
    .columns = 768,
    .columns_first = 768,
    .bias_bytes_per_quadrant = 512,
    .max_layers = 32,
    .max_rows_or_columns = 1024,
    .max_output_step = 16,
    .out_offset_limit = 0x20000,
    .padded_size_is_limited = true,
    .max_pool_dilation = 1,
    .has_depthwise = false,
    .has_read_gap = false,
    .has_bypass = false,
    .has_binary_weights = false,
    .has_calcx4 = false,
    .has_readahead = false,
    .has_free_layer_order = false,
    .adds_operands_with_bias = true,
    .adds_operands_of_many_passes = false,
    .streams_passthrough = true,
    .streams_unpadded_to_the_end = false,
    .inserts_layer_before_average = false,
    .pools_many_passes_in_passthrough = false,
    .pads_conv1d_of_many_passes = true,
    .reads_weights_again = true,
    .flatten_bias_first = true,
    .first_streaming_bias_is_lost = true,
    .first_processors_fill_from_top = false,
    .stream_limits = {.start = 1u << 14,
                      .delta1 = 32,
                      .delta2 = 1u << 12,
                      .buffer_words = 1u << 17,
                      .frame = 1u << 20,
                      .passes = 16,
                      .line_buffer = 1u << 12},
};

inline constexpr DeviceConstants kMax78002Constants{
    .kind = schemas::AcceleratorKind::kMax78002,
    .name = "MAX78002",
    .instance_bytes = 81920,
    .columns = 4096,
    .columns_first = 5120,
    .bias_bytes_per_quadrant = 2048,
    .max_layers = 128,
    .max_rows_or_columns = 2048,
    .max_output_step = 256,
    .out_offset_limit = 0x50000,
    .padded_size_is_limited = false,
    .max_pool_dilation = 16,
    .has_depthwise = true,
    .has_read_gap = true,
    .has_bypass = true,
    .has_binary_weights = true,
    .has_calcx4 = true,
    .has_readahead = true,
    .has_free_layer_order = true,
    .adds_operands_with_bias = false,
    .adds_operands_of_many_passes = true,
    .streams_passthrough = false,
    .streams_unpadded_to_the_end = true,
    .inserts_layer_before_average = true,
    .pools_many_passes_in_passthrough = true,
    .pads_conv1d_of_many_passes = false,
    .reads_weights_again = false,
    .flatten_bias_first = false,
    .first_streaming_bias_is_lost = false,
    .first_processors_fill_from_top = true,
    .stream_limits = {.start = 1u << 15,
                      .delta1 = 32,
                      .delta2 = 1u << 14,
                      .buffer_words = 1u << 18,
                      .frame = 1u << 22,
                      .passes = 16,
                      .line_buffer = 1u << 14},
};

[[nodiscard]] constexpr const DeviceConstants& constants_of(schemas::AcceleratorKind kind) {
  return kind == schemas::AcceleratorKind::kMax78000 ? kMax78000Constants : kMax78002Constants;
}

}  // namespace synergy::accel_model
