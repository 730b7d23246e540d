// `network.json`, `timing.json` and `resources.json` of a known-answer folder, as far as they are compared.
//
// Sizes and masks are those the hardware runs with; a null list of sources stands for the layer that ran
// before.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::accel_kat {

using schemas::Extent;
using schemas::optional;
using schemas::required;

/// `0x` and up to 16 hexadecimal digits.
struct HexNumber {
  std::uint64_t value = 0;
};
Status decode(schemas::Node node, HexNumber& out);

/// -1 is the network's input; a text is the data buffer's name.
struct SourceName {
  std::int64_t layer = -1;
  bool buffer = false;
};
Status decode(schemas::Node node, SourceName& out);

struct SequenceEntry {
  std::optional<std::vector<SourceName>> in_sequences;
  std::int64_t prev_sequence = -1;

  static constexpr auto fields() {
    using S = SequenceEntry;
    return std::tuple{optional("in_sequences", &S::in_sequences, "sources; null: the layer before"),
                      required("prev_sequence", &S::prev_sequence, "number of the layer before, or -1")};
  }
};

struct EltwiseEntry {
  schemas::Eltwise op = schemas::Eltwise::kNone;
  std::uint32_t operands = 1;
  std::optional<std::string> order;

  static constexpr auto fields() {
    using E = EltwiseEntry;
    return std::tuple{required("op", &E::op, "element-wise operation"),
                      required("operands", &E::operands, "number of operands"),
                      optional("order", &E::order, "pool_then_eltwise or eltwise_then_pool")};
  }
};

struct InputEntry {
  std::uint32_t channels = 0, rows = 0, cols = 0;
  std::vector<std::uint32_t> crop;
  std::uint32_t channel_skip = 0, in_offset = 0, read_gap = 0;
  HexNumber processors;
  bool flatten = false;
  std::optional<std::string> operator_input_file;

  static constexpr auto fields() {
    using I = InputEntry;
    return std::tuple{
        required("channels", &I::channels, "of one operand"),
        required("rows", &I::rows, "after cropping"),
        required("cols", &I::cols, "columns"),
        required("crop_rows_top_bottom", &I::crop, "rows left out"),
        optional("channel_skip", &I::channel_skip, "channels left out"),
        required("in_offset", &I::in_offset, "bytes"),
        required("read_gap", &I::read_gap, "words"),
        required("processors", &I::processors, "mask"),
        required("flatten", &I::flatten, "make it one vector"),
        optional("operator_input_file", &I::operator_input_file, "what the main operation sees")};
  }
};

struct PoolingEntry {
  std::string type;
  Extent size, stride, dilation;
  bool avg_rounding = false;

  static constexpr auto fields() {
    using P = PoolingEntry;
    return std::tuple{required("type", &P::type, "none, max, avg or subsample"),
                      required("size", &P::size, "window"), required("stride", &P::stride, "step"),
                      required("dilation", &P::dilation, "distance in the window"),
                      optional("avg_rounding", &P::avg_rounding, "round averages")};
  }
};

struct ConvEntry {
  Extent kernel_size, pad, dilation;
  std::uint32_t groups = 1;
  bool bypass = false;

  static constexpr auto fields() {
    using C = ConvEntry;
    return std::tuple{required("kernel_size", &C::kernel_size, "taps"), required("pad", &C::pad, "zeros"),
                      required("dilation", &C::dilation, "distance of the taps"),
                      required("groups", &C::groups, "1 or depthwise"),
                      required("bypass", &C::bypass, "kernel of ones")};
  }
};

struct WeightsEntry {
  std::uint32_t bits = 8;
  bool binary = false;
  std::optional<std::string> file;
  std::uint32_t source_layer = 0;
  std::optional<std::uint32_t> kernel_offset_words, kernel_length_words;

  static constexpr auto fields() {
    using W = WeightsEntry;
    return std::tuple{required("bits", &W::bits, "width"),
                      required("binary_plus_minus_one", &W::binary, "1 bit is +1 or -1"),
                      required("file", &W::file, ".npy; null for a layer that did not run"),
                      required("source_layer", &W::source_layer, "layer whose copy it uses"),
                      optional("kernel_offset_words", &W::kernel_offset_words, "first column"),
                      optional("kernel_length_words", &W::kernel_length_words, "columns")};
  }
};

struct BiasEntry {
  bool present = false;
  std::optional<std::string> file;
  std::optional<std::vector<std::uint32_t>> configured_quadrants;

  static constexpr auto fields() {
    using B = BiasEntry;
    return std::tuple{
        required("present", &B::present, "whether it has one"), required("file", &B::file, ".npy or null"),
        optional("configured_quadrants", &B::configured_quadrants, "quadrants it may be put in")};
  }
};

struct ShiftEntry {
  std::int32_t effective = 0, implicit = 0;

  static constexpr auto fields() {
    using S = ShiftEntry;
    return std::tuple{required("effective", &S::effective, "as applied"),
                      required("implicit_from_weight_bits", &S::implicit, "8 - weight bits")};
  }
};

struct OutputEntry {
  std::uint32_t channels = 0, rows = 0, cols = 0;
  std::uint32_t width_bits = 8, out_offset = 0, write_gap = 0;
  HexNumber processors;
  bool is_network_output = false;
  std::optional<std::string> file, memory_image_sha256, memory_image_file;

  static constexpr auto fields() {
    using O = OutputEntry;
    return std::tuple{required("channels", &O::channels, "channels"),
                      required("rows", &O::rows, "rows"),
                      required("cols", &O::cols, "columns"),
                      required("width_bits", &O::width_bits, "8 or 32"),
                      required("out_offset", &O::out_offset, "bytes"),
                      required("write_gap", &O::write_gap, "words"),
                      required("processors", &O::processors, "mask"),
                      required("is_network_output", &O::is_network_output, "read by the host"),
                      required("file", &O::file, ".npy; null for a layer that did not run"),
                      optional("memory_image_sha256", &O::memory_image_sha256, "of the words written"),
                      optional("memory_image_file", &O::memory_image_file, "the words written")};
  }
};

struct FlagsEntry {
  bool streaming = false, calcx4 = false, readahead = false;
  std::optional<std::uint32_t> buffer_insert, buffer_shift;

  static constexpr auto fields() {
    using F = FlagsEntry;
    return std::tuple{optional("streaming", &F::streaming, "runs beside the layer before"),
                      optional("calcx4", &F::calcx4, "other arrangement of weights"),
                      optional("readahead", &F::readahead, "fetches ahead"),
                      optional("buffer_insert", &F::buffer_insert, "rows of the data buffer replaced"),
                      optional("buffer_shift", &F::buffer_shift, "rows the data buffer moves by")};
  }
};

struct AccumulatorEntry {
  std::optional<std::string> file;

  static constexpr auto fields() {
    return std::tuple{optional("file", &AccumulatorEntry::file, "sums before shift and activation")};
  }
};

struct OpsEntry {
  std::uint64_t macc = 0;

  static constexpr auto fields() { return std::tuple{required("macc", &OpsEntry::macc, "multiplications")}; }
};

struct HardwareEntry {
  std::vector<std::uint64_t> stream_buffer;

  static constexpr auto fields() {
    return std::tuple{optional("stream_buffer", &HardwareEntry::stream_buffer,
                               "of a layer that streams: first byte, end, data memories")};
  }
};

struct LayerEntry {
  std::uint32_t index = 0;
  std::vector<std::uint32_t> executed_at_steps;
  schemas::Operator op = schemas::Operator::kPassthrough;
  EltwiseEntry eltwise;
  SequenceEntry sequence;
  InputEntry input;
  PoolingEntry pooling;
  std::optional<ConvEntry> conv;
  std::optional<WeightsEntry> weights;
  std::optional<BiasEntry> bias;
  ShiftEntry output_shift;
  schemas::Activation activation = schemas::Activation::kNone;
  OutputEntry output;
  FlagsEntry flags;
  std::optional<AccumulatorEntry> accumulator;
  std::optional<OpsEntry> ops;
  HardwareEntry hardware;

  static constexpr auto fields() {
    using L = LayerEntry;
    return std::tuple{required("index", &L::index, "number of the layer"),
                      required("executed_at_steps", &L::executed_at_steps, "empty: not executed"),
                      required("operator", &L::op, "main operation"),
                      required("eltwise", &L::eltwise, "element-wise operation"),
                      required("sequence", &L::sequence, "sources and order"),
                      required("input", &L::input, "input"),
                      required("pooling", &L::pooling, "pooling"),
                      required("conv", &L::conv, "null for passthrough"),
                      required("weights", &L::weights, "null without weights"),
                      required("bias", &L::bias, "null for passthrough"),
                      required("output_shift", &L::output_shift, "shift"),
                      required("activation", &L::activation, "none, relu or abs"),
                      required("output", &L::output, "output"),
                      required("flags", &L::flags, "special features"),
                      optional("accumulator", &L::accumulator, "sums"),
                      optional("ops", &L::ops, "operations"),
                      optional("hardware", &L::hardware, "what the tool worked out")};
  }
};

struct BufferEntry {
  std::string name;
  std::vector<std::uint32_t> shape;
  HexNumber processors;
  std::uint32_t offset = 0;

  static constexpr auto fields() {
    using B = BufferEntry;
    return std::tuple{
        required("name", &B::name, "name"), required("shape", &B::shape, "channels, rows, columns"),
        required("processors", &B::processors, "mask"), required("offset", &B::offset, "bytes")};
  }
};

/// By layers that stream; a start counts one more than ours.
struct StreamingEntry {
  std::vector<std::uint64_t> start, delta1, delta2;

  static constexpr auto fields() {
    using S = StreamingEntry;
    return std::tuple{optional("start", &S::start, "input pixels"),
                      optional("delta1", &S::delta1, "input pixels"),
                      optional("delta2", &S::delta2, "input pixels")};
  }
};

struct GlobalsEntry {
  std::vector<std::uint32_t> execution_order;
  bool fifo = false, fast_fifo = false, fast_fifo_quad = false;
  bool legacy_test = false, overlap_data_allowed = false;
  std::optional<BufferEntry> data_buffer;
  StreamingEntry streaming;

  static constexpr auto fields() {
    using G = GlobalsEntry;
    return std::tuple{
        required("execution_order", &G::execution_order, "indices of layers as they run"),
        required("fifo", &G::fifo, "input through a FIFO"),
        required("fast_fifo", &G::fast_fifo, "the fast FIFO"),
        required("fast_fifo_quad", &G::fast_fifo_quad, "copied to all quadrants"),
        required("legacy_test", &G::legacy_test, "operands are every n-th column"),
        required("overlap_data_allowed", &G::overlap_data_allowed, "outputs may overwrite input"),
        optional("data_buffer", &G::data_buffer, "tensor that stays in memory"),
        optional("streaming", &G::streaming, "registers of layers that stream")};
  }
};

struct LoadEntry {
  std::optional<HexNumber> address;
  std::uint64_t words = 0, start = 0;

  static constexpr auto fields() {
    using L = LoadEntry;
    return std::tuple{optional("address", &L::address, "null: pushed into a FIFO"),
                      required("words", &L::words, "how many"),
                      optional("start", &L::start, "first of input_words.npy")};
  }
};

struct NetworkInputEntry {
  std::string file;
  std::vector<std::uint32_t> shape;
  std::string data_format;
  std::vector<LoadEntry> memory_loads;

  static constexpr auto fields() {
    using I = NetworkInputEntry;
    return std::tuple{required("file", &I::file, ".npy"),
                      required("shape", &I::shape, "channels, rows, columns"),
                      required("data_format", &I::data_format, "HWC or CHW"),
                      required("memory_loads", &I::memory_loads, "where the loader writes")};
  }
};

struct SourceEntry {
  std::vector<std::string> command_line_arguments;

  static constexpr auto fields() {
    return std::tuple{optional("command_line_arguments", &SourceEntry::command_line_arguments,
                               "of the tool that recorded")};
  }
};

struct FileEntry {
  std::string dtype;
  std::vector<std::size_t> shape;
  std::string data_sha256;

  static constexpr auto fields() {
    using F = FileEntry;
    return std::tuple{required("dtype", &F::dtype, "NumPy's type text"),
                      required("shape", &F::shape, "shape"),
                      required("data_sha256", &F::data_sha256, "of the array's bytes")};
  }
};

struct NetworkFile {
  std::string device, name;
  SourceEntry source;
  GlobalsEntry globals;
  NetworkInputEntry input;
  std::vector<LayerEntry> layers;
  std::map<std::string, FileEntry> files;

  static constexpr auto fields() {
    using N = NetworkFile;
    return std::tuple{required("device", &N::device, "MAX78000 or MAX78002"),
                      required("name", &N::name, "of the case"),
                      required("source", &N::source, "how it was recorded"),
                      required("globals", &N::globals, "what concerns all layers"),
                      required("input", &N::input, "input"),
                      required("layers", &N::layers, "by index"),
                      required("files", &N::files, "every array, present or left out")};
  }
};

struct LayerTimingEntry {
  std::uint32_t layer = 0;
  std::uint64_t cycles = 0;
  bool streaming_estimate = false;

  static constexpr auto fields() {
    using T = LayerTimingEntry;
    return std::tuple{required("layer", &T::layer, "index"), required("cycles", &T::cycles, "clock cycles"),
                      required("streaming_estimate", &T::streaming_estimate, "only an estimate")};
  }
};

struct TimingFile {
  std::vector<LayerTimingEntry> layers;
  std::uint64_t startup = 0, total = 0;

  static constexpr auto fields() {
    using T = TimingFile;
    return std::tuple{required("layers", &T::layers, "each layer that ran"),
                      required("startup", &T::startup, "clock cycles"),
                      required("total", &T::total, "clock cycles")};
  }
};

struct ResourcesFile {
  std::uint64_t weight_memory_bytes_used = 0, bias_memory_bytes_used = 0, macs_total = 0;
  std::vector<std::uint32_t> words_programmed, bias_bytes;

  static constexpr auto fields() {
    using R = ResourcesFile;
    return std::tuple{
        required("weight_memory_bytes_used", &R::weight_memory_bytes_used, "bytes of distinct tensors"),
        required("bias_memory_bytes_used", &R::bias_memory_bytes_used, "bytes"),
        required("weight_memory_words_programmed_per_processor", &R::words_programmed, "columns"),
        required("bias_memory_bytes_used_per_quadrant", &R::bias_bytes, "bytes"),
        required("macs_total", &R::macs_total, "multiplications")};
  }
};

}  // namespace synergy::accel_kat
