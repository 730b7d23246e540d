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

/// `0x` and up to 16 hexadecimal digits, or a number.
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

  static void fields(auto& f) {
    using S = SequenceEntry;
    f.optional("in_sequences", &S::in_sequences, "sources; null: the layer before");
    f.required("prev_sequence", &S::prev_sequence, "number of the layer before, or -1");
  }
};

struct EltwiseEntry {
  schemas::Eltwise op = schemas::Eltwise::kNone;
  std::uint32_t operands = 1;
  std::optional<std::string> order;

  static void fields(auto& f) {
    using E = EltwiseEntry;
    f.required("op", &E::op, "element-wise operation");
    f.required("operands", &E::operands, "number of operands");
    f.optional("order", &E::order, "pool_then_eltwise or eltwise_then_pool");
  }
};

struct InputEntry {
  std::uint32_t channels = 0, rows = 0, cols = 0;
  std::vector<std::uint32_t> crop;
  std::uint32_t channel_skip = 0, in_offset = 0, read_gap = 0;
  HexNumber processors;
  bool flatten = false;
  std::optional<std::string> operator_input_file;

  static void fields(auto& f) {
    using I = InputEntry;
    f.required("channels", &I::channels, "of one operand");
    f.required("rows", &I::rows, "after cropping");
    f.required("cols", &I::cols, "columns");
    f.required("crop_rows_top_bottom", &I::crop, "rows left out");
    f.optional("channel_skip", &I::channel_skip, "channels left out");
    f.required("in_offset", &I::in_offset, "bytes");
    f.required("read_gap", &I::read_gap, "words");
    f.required("processors", &I::processors, "mask");
    f.required("flatten", &I::flatten, "make it one vector");
    f.optional("operator_input_file", &I::operator_input_file, "what the main operation sees");
  }
};

struct PoolingEntry {
  std::string type;
  Extent size, stride, dilation;
  bool avg_rounding = false;

  static void fields(auto& f) {
    using P = PoolingEntry;
    f.required("type", &P::type, "none, max, avg or subsample");
    f.required("size", &P::size, "window");
    f.required("stride", &P::stride, "step");
    f.required("dilation", &P::dilation, "distance in the window");
    f.optional("avg_rounding", &P::avg_rounding, "round averages");
  }
};

struct ConvEntry {
  Extent kernel_size, pad, dilation;
  std::uint32_t groups = 1;
  bool bypass = false;

  static void fields(auto& f) {
    using C = ConvEntry;
    f.required("kernel_size", &C::kernel_size, "taps");
    f.required("pad", &C::pad, "zeros");
    f.required("dilation", &C::dilation, "distance of the taps");
    f.required("groups", &C::groups, "1 or depthwise");
    f.required("bypass", &C::bypass, "kernel of ones");
  }
};

struct WeightsEntry {
  std::uint32_t bits = 8;
  bool binary = false;
  std::optional<std::string> file;
  std::uint32_t source_layer = 0;
  std::optional<std::uint32_t> kernel_offset_words, kernel_length_words;

  static void fields(auto& f) {
    using W = WeightsEntry;
    f.required("bits", &W::bits, "width");
    f.required("binary_plus_minus_one", &W::binary, "1 bit is +1 or -1");
    f.required("file", &W::file, ".npy; null for a layer that did not run");
    f.required("source_layer", &W::source_layer, "layer whose copy it uses");
    f.optional("kernel_offset_words", &W::kernel_offset_words, "first column");
    f.optional("kernel_length_words", &W::kernel_length_words, "columns");
  }
};

struct BiasEntry {
  bool present = false;
  std::optional<std::string> file;
  std::optional<std::vector<std::uint32_t>> configured_quadrants;

  static void fields(auto& f) {
    using B = BiasEntry;
    f.required("present", &B::present, "whether it has one");
    f.required("file", &B::file, ".npy or null");
    f.optional("configured_quadrants", &B::configured_quadrants, "quadrants it may be put in");
  }
};

struct ShiftEntry {
  std::int32_t effective = 0, implicit = 0;

  static void fields(auto& f) {
    using S = ShiftEntry;
    f.required("effective", &S::effective, "as applied");
    f.required("implicit_from_weight_bits", &S::implicit, "8 - weight bits");
  }
};

struct OutputEntry {
  std::uint32_t channels = 0, rows = 0, cols = 0;
  std::uint32_t width_bits = 8, out_offset = 0, write_gap = 0;
  HexNumber processors;
  bool is_network_output = false;
  std::optional<std::string> file, memory_image_sha256, memory_image_file;

  static void fields(auto& f) {
    using O = OutputEntry;
    f.required("channels", &O::channels, "channels");
    f.required("rows", &O::rows, "rows");
    f.required("cols", &O::cols, "columns");
    f.required("width_bits", &O::width_bits, "8 or 32");
    f.required("out_offset", &O::out_offset, "bytes");
    f.required("write_gap", &O::write_gap, "words");
    f.required("processors", &O::processors, "mask");
    f.required("is_network_output", &O::is_network_output, "read by the host");
    f.required("file", &O::file, ".npy; null for a layer that did not run");
    f.optional("memory_image_sha256", &O::memory_image_sha256, "of the words written");
    f.optional("memory_image_file", &O::memory_image_file, "the words written");
  }
};

struct FlagsEntry {
  bool streaming = false, calcx4 = false, readahead = false;
  std::optional<std::uint32_t> buffer_insert, buffer_shift;

  static void fields(auto& f) {
    using F = FlagsEntry;
    f.optional("streaming", &F::streaming, "runs beside the layer before");
    f.optional("calcx4", &F::calcx4, "other arrangement of weights");
    f.optional("readahead", &F::readahead, "fetches ahead");
    f.optional("buffer_insert", &F::buffer_insert, "rows of the data buffer replaced");
    f.optional("buffer_shift", &F::buffer_shift, "rows the data buffer moves by");
  }
};

struct AccumulatorEntry {
  std::optional<std::string> file;

  static void fields(auto& f) {
    f.optional("file", &AccumulatorEntry::file, "sums before shift and activation");
  }
};

struct OpsEntry {
  std::uint64_t macc = 0;

  static void fields(auto& f) { f.required("macc", &OpsEntry::macc, "multiplications"); }
};

struct HardwareEntry {
  std::vector<std::uint64_t> stream_buffer;

  static void fields(auto& f) {
    f.optional("stream_buffer", &HardwareEntry::stream_buffer,
               "of a layer that streams: first byte, end, data memories");
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

  static void fields(auto& f) {
    using L = LayerEntry;
    f.required("index", &L::index, "number of the layer");
    f.required("executed_at_steps", &L::executed_at_steps, "empty: not executed");
    f.required("operator", &L::op, "main operation");
    f.required("eltwise", &L::eltwise, "element-wise operation");
    f.required("sequence", &L::sequence, "sources and order");
    f.required("input", &L::input, "input");
    f.required("pooling", &L::pooling, "pooling");
    f.required("conv", &L::conv, "null for passthrough");
    f.required("weights", &L::weights, "null without weights");
    f.required("bias", &L::bias, "null for passthrough");
    f.required("output_shift", &L::output_shift, "shift");
    f.required("activation", &L::activation, "none, relu or abs");
    f.required("output", &L::output, "output");
    f.required("flags", &L::flags, "special features");
    f.optional("accumulator", &L::accumulator, "sums");
    f.optional("ops", &L::ops, "operations");
    f.optional("hardware", &L::hardware, "what the tool worked out");
  }
};

struct BufferEntry {
  std::string name;
  std::vector<std::uint32_t> dim;
  HexNumber proc;
  std::uint32_t offset = 0;
  std::optional<std::uint32_t> width;

  static void fields(auto& f) {
    using B = BufferEntry;
    f.required("name", &B::name, "name");
    f.required("dim", &B::dim, "rows, columns; with the channels as a third number");
    f.required("proc", &B::proc, "mask");
    f.required("offset", &B::offset, "bytes");
    f.optional("width", &B::width, "bits; the recording tool ignores it");
  }
};

/// By layers that stream; a start counts one more than ours.
struct StreamingEntry {
  std::vector<std::uint64_t> start, delta1, delta2;

  static void fields(auto& f) {
    using S = StreamingEntry;
    f.optional("start", &S::start, "input pixels");
    f.optional("delta1", &S::delta1, "input pixels");
    f.optional("delta2", &S::delta2, "input pixels");
  }
};

struct GlobalsEntry {
  std::vector<std::uint32_t> execution_order;
  bool fifo = false, fast_fifo = false, fast_fifo_quad = false;
  bool legacy_test = false, overlap_data_allowed = false;
  std::optional<std::vector<BufferEntry>> data_buffer;
  StreamingEntry streaming;

  static void fields(auto& f) {
    using G = GlobalsEntry;
    f.required("execution_order", &G::execution_order, "indices of layers as they run");
    f.required("fifo", &G::fifo, "input through a FIFO");
    f.required("fast_fifo", &G::fast_fifo, "the fast FIFO");
    f.required("fast_fifo_quad", &G::fast_fifo_quad, "copied to all quadrants");
    f.required("legacy_test", &G::legacy_test, "operands are every n-th column");
    f.required("overlap_data_allowed", &G::overlap_data_allowed, "outputs may overwrite input");
    f.optional("data_buffer", &G::data_buffer, "tensors that stay in memory; only the first is used");
    f.optional("streaming", &G::streaming, "registers of layers that stream");
  }
};

struct LoadEntry {
  std::optional<HexNumber> address;
  std::uint64_t words = 0, start = 0;

  static void fields(auto& f) {
    using L = LoadEntry;
    f.optional("address", &L::address, "null: pushed into a FIFO");
    f.required("words", &L::words, "how many");
    f.optional("start", &L::start, "first of input_words.npy");
  }
};

struct NetworkInputEntry {
  std::string file;
  std::vector<std::uint32_t> shape;
  std::string data_format;
  std::vector<LoadEntry> memory_loads;

  static void fields(auto& f) {
    using I = NetworkInputEntry;
    f.required("file", &I::file, ".npy");
    f.required("shape", &I::shape, "channels, rows, columns");
    f.required("data_format", &I::data_format, "HWC or CHW");
    f.required("memory_loads", &I::memory_loads, "where the loader writes");
  }
};

struct SourceEntry {
  std::vector<std::string> command_line_arguments;

  static void fields(auto& f) {
    f.optional("command_line_arguments", &SourceEntry::command_line_arguments, "of the tool that recorded");
  }
};

struct FileEntry {
  std::string dtype;
  std::vector<std::size_t> shape;
  std::string data_sha256;

  static void fields(auto& f) {
    using F = FileEntry;
    f.required("dtype", &F::dtype, "NumPy's type text");
    f.required("shape", &F::shape, "shape");
    f.required("data_sha256", &F::data_sha256, "of the array's bytes");
  }
};

struct NetworkFile {
  std::string device, name;
  SourceEntry source;
  GlobalsEntry globals;
  NetworkInputEntry input;
  std::vector<LayerEntry> layers;
  std::map<std::string, FileEntry> files;

  static void fields(auto& f) {
    using N = NetworkFile;
    f.required("device", &N::device, "MAX78000 or MAX78002");
    f.required("name", &N::name, "of the case");
    f.required("source", &N::source, "how it was recorded");
    f.required("globals", &N::globals, "what concerns all layers");
    f.required("input", &N::input, "input");
    f.required("layers", &N::layers, "by index");
    f.required("files", &N::files, "every array, present or left out");
  }
};

struct LayerTimingEntry {
  std::uint32_t layer = 0;
  std::uint64_t cycles = 0;
  bool streaming_estimate = false;

  static void fields(auto& f) {
    using T = LayerTimingEntry;
    f.required("layer", &T::layer, "index");
    f.required("cycles", &T::cycles, "clock cycles");
    f.required("streaming_estimate", &T::streaming_estimate, "only an estimate");
  }
};

struct TimingFile {
  std::vector<LayerTimingEntry> layers;
  std::uint64_t startup = 0, total = 0;

  static void fields(auto& f) {
    using T = TimingFile;
    f.required("layers", &T::layers, "each layer that ran");
    f.required("startup", &T::startup, "clock cycles");
    f.required("total", &T::total, "clock cycles");
  }
};

struct ResourcesFile {
  std::uint64_t weight_memory_bytes_used = 0, bias_memory_bytes_used = 0, macs_total = 0;
  std::vector<std::uint32_t> words_programmed, bias_bytes;

  static void fields(auto& f) {
    using R = ResourcesFile;
    f.required("weight_memory_bytes_used", &R::weight_memory_bytes_used, "bytes of distinct tensors");
    f.required("bias_memory_bytes_used", &R::bias_memory_bytes_used, "bytes");
    f.required("weight_memory_words_programmed_per_processor", &R::words_programmed, "columns");
    f.required("bias_memory_bytes_used_per_quadrant", &R::bias_bytes, "bytes");
    f.required("macs_total", &R::macs_total, "multiplications");
  }
};

}  // namespace synergy::accel_kat
