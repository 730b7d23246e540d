// The vendor tool's network description as it is written, key by key; nothing is derived yet.
//
// Strict: an unknown key, a key twice, or two names of one key are errors with file and line. Defaults are
// those of the tool, but each layer's own: the tool shares some default lists between layers, so that one
// layer's settings leak into others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::accel_import {

/// More layers than any device has; a longer list is refused.
inline constexpr std::size_t kMaxYamlLayers = 1024;

/// A layer by number (-1: the network's input) or by name, as the file writes it.
struct LayerReference {
  std::optional<std::int64_t> number;
  std::string name;  ///< when there is no number; compared ignoring case
};

/// `op`: the main operation, or an element-wise one without a main operation.
struct OperatorName {
  schemas::Operator op = schemas::Operator::kConv2d;
  schemas::Eltwise eltwise = schemas::Eltwise::kNone;
};

struct KernelSize {
  std::uint32_t rows = 1, columns = 1;
  bool one_number = false;  ///< written as `3`, not `3x3`
};

/// A window, a stride or a dilation of pooling. One number counts for rows and columns; where data has one
/// column it counts for rows only.
struct PoolSize {
  schemas::Extent extent;
  bool one_number = false;

  /// What it means for data of so many columns.
  [[nodiscard]] schemas::Extent over(std::uint32_t data_columns) const {
    return one_number && data_columns == 1 ? schemas::Extent{extent.rows, 1} : extent;
  }
  bool operator==(const PoolSize&) const = default;
};

struct WeightWidth {
  std::uint32_t bits = 8;
  bool binary = false;  ///< +1 and -1
};

/// A 64-bit mask of processors, never empty.
struct ProcessorMask {
  std::uint64_t bits = 0;
};

/// A list where the file may also write a single entry.
template <class T>
struct OneOrMore {
  std::vector<T> items;
};

struct LayerYaml {
  std::string place;  ///< `file:line`
  std::optional<std::string> name;
  std::optional<std::int64_t> sequence;
  std::optional<LayerReference> next_sequence, simulated_sequence, weight_source;
  std::optional<std::int64_t> snoop_sequence;
  std::optional<OneOrMore<LayerReference>> in_sequences;
  std::optional<OperatorName> op;
  std::optional<schemas::Eltwise> eltwise;
  std::optional<std::uint32_t> operands;
  std::optional<bool> pool_first;
  std::optional<schemas::Activation> activate;
  std::optional<KernelSize> kernel_size;
  std::optional<std::uint32_t> pad, output_pad;
  std::optional<schemas::Extent> stride, dilation;
  std::optional<PoolSize> max_pool, avg_pool, pool_stride, pool_dilation;
  std::optional<std::uint32_t> groups;
  std::optional<bool> flatten, bypass, streaming, output, calcx4, readahead, tcalc;
  std::optional<std::uint32_t> in_channels, out_channels, in_channel_skip;
  std::optional<schemas::Extent> in_dim;
  std::optional<std::vector<std::uint32_t>> in_crop;
  std::optional<std::uint32_t> in_offset, out_offset, write_gap, read_gap;
  std::optional<ProcessorMask> processors, output_processors;
  std::optional<std::uint32_t> output_width;
  std::optional<std::int32_t> output_shift;
  std::optional<WeightWidth> quantization;
  std::optional<schemas::DataFormat> data_format;
  std::optional<OneOrMore<std::uint32_t>> bias_group;
  std::optional<std::uint32_t> buffer_shift, buffer_insert;
};

/// An entry of `unload` or `data_buffer`.
struct MemoryYaml {
  std::string place;
  std::optional<std::string> name;
  std::optional<ProcessorMask> processors;
  std::optional<std::uint32_t> channels, offset, width, write_gap;
  std::optional<schemas::Extent> dim;
};

struct NetworkYaml {
  std::string file;
  std::optional<std::string> arch, dataset;
  std::vector<LayerYaml> layers;  ///< in the file's order
  std::optional<ProcessorMask> output_map;
  std::vector<MemoryYaml> unload, data_buffer;
  bool snoop = false;  ///< conditional execution is described; what it does is not kept
};

/// `name` stands for the file in errors. Fails with kInvalid.
[[nodiscard]] Result<NetworkYaml> parse_network_yaml(const std::string& text, const std::string& name);
/// Fails with kNotFound or kInvalid.
[[nodiscard]] Result<NetworkYaml> read_network_yaml(const std::string& path);

}  // namespace synergy::accel_import
