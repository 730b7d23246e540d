// A model as its file describes it: layers in the words of the vendor tool's network description
// (`accel-emulator/README.md` says what each means to the hardware). Weights are `.npy` files beside the
// file.
//
// This is the description only. `synergy::accel_model` turns it into a checked program with every shape
// known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/encode.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/input_kinds.hpp"

namespace synergy::schemas {

/// `linear` is a 1x1 convolution on one pixel; `passthrough` copies, after pooling and element-wise
/// operation.
enum class Operator { kConv2d, kConv1d, kConvTranspose2d, kLinear, kPassthrough };
template <>
inline constexpr std::array<std::pair<Operator, std::string_view>, 5> kEnumNames<Operator>{{
    {Operator::kConv2d, "conv2d"},
    {Operator::kConv1d, "conv1d"},
    {Operator::kConvTranspose2d, "convtranspose2d"},
    {Operator::kLinear, "linear"},
    {Operator::kPassthrough, "passthrough"},
}};

/// What several operands are combined with, before the main operation.
enum class Eltwise { kNone, kAdd, kSub, kOr, kXor };
template <>
inline constexpr std::array<std::pair<Eltwise, std::string_view>, 5> kEnumNames<Eltwise>{{
    {Eltwise::kNone, "none"},
    {Eltwise::kAdd, "add"},
    {Eltwise::kSub, "sub"},
    {Eltwise::kOr, "or"},
    {Eltwise::kXor, "xor"},
}};

enum class Activation { kNone, kRelu, kAbs };
template <>
inline constexpr std::array<std::pair<Activation, std::string_view>, 3> kEnumNames<Activation>{{
    {Activation::kNone, "none"},
    {Activation::kRelu, "relu"},
    {Activation::kAbs, "abs"},
}};

/// How the first layer's input reaches the accelerator: written to data memory, or pushed through FIFOs while
/// it computes.
enum class Fifo { kNone, kStandard, kFast, kFastQuad };
template <>
inline constexpr std::array<std::pair<Fifo, std::string_view>, 4> kEnumNames<Fifo>{{
    {Fifo::kNone, "none"},
    {Fifo::kStandard, "standard"},
    {Fifo::kFast, "fast"},
    {Fifo::kFastQuad, "fast_quad"},
}};

enum class DataFormat { kHwc, kChw };
template <>
inline constexpr std::array<std::pair<DataFormat, std::string_view>, 2> kEnumNames<DataFormat>{{
    {DataFormat::kHwc, "hwc"},
    {DataFormat::kChw, "chw"},
}};

/// What is made of the last layer's output for the app.
enum class ResultKind { kArgmax, kSoftmax, kRaw };
template <>
inline constexpr std::array<std::pair<ResultKind, std::string_view>, 3> kEnumNames<ResultKind>{{
    {ResultKind::kArgmax, "argmax"},
    {ResultKind::kSoftmax, "softmax"},
    {ResultKind::kRaw, "raw"},
}};

/// A size or step along rows and columns. Written as one number where both are equal, else `[rows, columns]`.
struct Extent {
  std::uint32_t rows = 1, columns = 1;
  bool operator==(const Extent&) const = default;
};
Status decode(Node node, Extent& out);
void encode(Encoder& out, const Extent& value);

struct InputDescription {
  std::uint32_t channels = 0, height = 0, width = 0;
  DataFormat data_format = DataFormat::kHwc;
  std::string sensor{};  ///< the capability that gives what it was made for; empty: not told
  std::optional<PictureDescription> picture{};  ///< how any picture becomes it; nothing: none does
  std::optional<SoundDescription> sound{};      ///< how any sound becomes it; nothing: none does

  static void fields(auto& f) {
    using I = InputDescription;
    f.required("channels", &I::channels, "channels of the input");
    f.required("height", &I::height, "rows");
    f.required("width", &I::width, "columns");
    f.optional("data_format", &I::data_format, "hwc (default) or chw in data memory");
    f.optional("sensor", &I::sensor, "capability that it expects: camera, microphone ...");
    f.optional("picture", &I::picture,
               "how any picture becomes its input; null: it takes its own shape only");
    f.optional("sound", &I::sound, "how any sound becomes its input; null: it takes its own shape only");
  }
  bool operator==(const InputDescription&) const = default;
  [[nodiscard]] InputKinds kinds() const { return {picture, sound}; }
  /// Refuses a picture whose channels are none, and an input that is both picture and sound.
  [[nodiscard]] Status check() const;
};

/// One layer, in the words of the vendor tool's network description. Layers stand in the order they run.
struct LayerDescription {
  std::string place;  ///< `FILE:LINE` where a person wrote it, for errors; no part of the model
  std::string name;
  Operator op = Operator::kConv2d;
  /// Number among the hardware's layers: that of the layer before plus 1, unless given (MAX78002 only).
  std::optional<std::uint32_t> sequence;
  /// Names of earlier layers, of the data buffer, or `input`; empty: the layer before. Several are operands
  /// of `eltwise`, else they are concatenated along channels or, where sizes differ, along pixels.
  std::vector<std::string> in_sequences;
  std::optional<Extent> in_dim;  ///< rows and columns after cropping, where they can not be derived
  std::uint32_t crop_top = 0, crop_bottom = 0;  ///< rows left out of the source
  std::uint32_t in_channels = 0;                ///< 0: those of the source
  std::uint32_t in_channel_skip = 0;            ///< first channels of the source left out
  Eltwise eltwise = Eltwise::kNone;
  std::uint32_t operands = 0;  ///< 0: 2 with an element-wise operation, else 1
  bool pool_first = true;      ///< false: the element-wise operation comes before pooling
  std::optional<Extent> max_pool, avg_pool;
  Extent pool_stride, pool_dilation;
  bool avg_pool_rounding = false;
  bool flatten = false;
  std::uint32_t kernel_size = 1;
  std::uint32_t pad = 0;
  std::uint32_t dilation = 1;
  std::uint32_t groups = 1;
  bool bypass = false;
  std::uint32_t weight_bits = 8;
  bool binary = false;
  Activation activate = Activation::kNone;
  std::uint32_t out_channels = 0;  ///< 0: as many as come in (passthrough)
  std::uint64_t processors = 0, output_processors = 0;
  std::uint32_t in_offset = 0, out_offset = 0;
  std::uint32_t read_gap = 0, write_gap = 0;
  std::uint32_t output_width = 8;
  std::optional<std::int32_t> output_shift;
  bool output = false;
  bool streaming = false, calcx4 = false, readahead = false;
  std::vector<std::uint32_t> bias_quadrants;  ///< empty: all that are used
  std::uint32_t buffer_shift = 0, buffer_insert = 0;
  bool skip = false;
  std::string weights, bias;  ///< file names; no bias: empty

  static void fields(auto& f) {
    using L = LayerDescription;
    f.required("name", &L::name, "unique in the model");
    f.required("op", &L::op, "conv2d, conv1d, convtranspose2d, linear or passthrough");
    f.optional("sequence", &L::sequence, "number among the hardware's layers; default: the next");
    f.optional("in_sequences", &L::in_sequences,
               "layers, data buffer or 'input' it reads; default: the layer before");
    f.optional("in_dim", &L::in_dim, "rows and columns of the input after cropping");
    f.optional("crop_top", &L::crop_top, "first rows of the source to leave out");
    f.optional("crop_bottom", &L::crop_bottom, "last rows of the source to leave out");
    f.optional("in_channels", &L::in_channels, "input channels; default: those of the source");
    f.optional("in_channel_skip", &L::in_channel_skip, "first channels of the source to leave out");
    f.optional("eltwise", &L::eltwise, "none (default), add, sub, or, xor: combines the operands");
    f.optional("operands", &L::operands, "2 (default with eltwise) to 16");
    f.optional("pool_first", &L::pool_first, "false: the element-wise operation comes before pooling");
    f.optional("max_pool", &L::max_pool, "window of a maximum pooling before the operation");
    f.optional("avg_pool", &L::avg_pool, "window of an average pooling before the operation");
    f.optional("pool_stride", &L::pool_stride, "step of the pooling");
    f.optional("pool_dilation", &L::pool_dilation, "distance within the pooling window");
    f.optional("avg_pool_rounding", &L::avg_pool_rounding, "round averages half away from zero");
    f.optional("flatten", &L::flatten, "make channels x rows x columns one vector first");
    f.optional("kernel_size", &L::kernel_size, "1 (default) or 3, square; conv1d: 1 to 9");
    f.optional("pad", &L::pad, "zero padding on every side");
    f.optional("dilation", &L::dilation, "distance between the taps of a conv1d");
    f.optional("groups", &L::groups, "1 (default), or as many as channels: depthwise");
    f.optional("bypass", &L::bypass, "a kernel of ones without weight memory");
    f.optional("weight_bits", &L::weight_bits, "8 (default), 4, 2 or 1");
    f.optional("binary", &L::binary, "1-bit weights are +1 and -1 instead of 0 and -1");
    f.optional("activate", &L::activate, "none (default), relu or abs");
    f.optional("out_channels", &L::out_channels, "output channels; passthrough: as many as come in");
    f.required("processors", &L::processors, "64-bit mask of input processors", kAnyNumber);
    f.required("output_processors", &L::output_processors, "64-bit mask of output processors", kAnyNumber);
    f.required("in_offset", &L::in_offset, "data memory offset of the input, bytes");
    f.required("out_offset", &L::out_offset, "data memory offset of the output, bytes");
    f.optional("read_gap", &L::read_gap, "words skipped between pixels that are read");
    f.optional("write_gap", &L::write_gap, "words skipped after each word that is written");
    f.optional("output_width", &L::output_width, "8 (default) or 32 bits");
    f.optional("output_shift", &L::output_shift,
               "power of two applied to the accumulator, beyond 8 - weight_bits");
    f.optional("output", &L::output, "the result is read by the host, so nothing may overwrite it");
    f.optional("streaming", &L::streaming, "runs while the layer before still does");
    f.optional("calcx4", &L::calcx4, "a faster arrangement of the weights (MAX78002)");
    f.optional("readahead", &L::readahead, "fetches ahead (MAX78002)");
    f.optional("bias_quadrants", &L::bias_quadrants, "quadrants whose bias memory may be used");
    f.optional("buffer_shift", &L::buffer_shift, "moves the data buffer it reads by so many rows");
    f.optional("buffer_insert", &L::buffer_insert, "replaces the last rows of the data buffer by the output");
    f.optional("skip", &L::skip, "held in memory, but the run passes over it");
    f.optional("weights", &L::weights, "int8 .npy, (out, in, k, k), (out, in, k) or (out, in)");
    f.optional("bias", &L::bias, "int8 .npy, (out)");
  }
  bool operator==(const LayerDescription&) const = default;
};

/// A tensor that stays in data memory, zero at the beginning of a run. Layers read it by its name.
struct DataBufferDescription {
  std::string name;
  std::uint32_t channels = 0, height = 0, width = 0;
  std::uint64_t processors = 0;
  std::uint32_t offset = 0;

  static void fields(auto& f) {
    using B = DataBufferDescription;
    f.required("name", &B::name, "unique, and no layer's name");
    f.required("channels", &B::channels, "channels");
    f.required("height", &B::height, "rows");
    f.required("width", &B::width, "columns");
    f.required("processors", &B::processors, "64-bit mask of the processors that hold it", kAnyNumber);
    f.required("offset", &B::offset, "data memory offset, bytes");
  }
  bool operator==(const DataBufferDescription&) const = default;
};

struct ModelDescription {
  std::string place;  ///< the file that a person wrote, for errors; no part of the model
  ModelId name;
  std::string about, source;
  InputDescription input;
  ResultKind result = ResultKind::kArgmax;
  std::vector<std::string> labels;
  Fifo fifo = Fifo::kNone;
  bool overlap_data = false;
  bool allow_streaming = false;
  bool legacy_operands = false;
  std::uint32_t weight_start = 0;
  std::uint32_t max_processors = 64;
  std::optional<std::uint64_t> weights_seed;
  std::optional<DataBufferDescription> data_buffer;
  std::vector<LayerDescription> layers;

  static void fields(auto& f) {
    using M = ModelDescription;
    f.required("name", &M::name, "the model's name, as apps ask for it");
    f.optional("about", &M::about, "one sentence");
    f.optional("source", &M::source, "where it comes from");
    f.required("input", &M::input, "shape of the input");
    f.optional("result", &M::result, "argmax (default), softmax or raw");
    f.optional("labels", &M::labels, "names of the classes, in order");
    f.optional("fifo", &M::fifo, "none (default), standard, fast or fast_quad");
    f.optional("overlap_data", &M::overlap_data, "outputs may overwrite input that is still needed");
    f.optional("allow_streaming", &M::allow_streaming, "layers may stream without a FIFO");
    f.optional("legacy_operands", &M::legacy_operands,
               "operands after the first layer are every n-th column of the source");
    f.optional("weight_start", &M::weight_start, "first column of weight memory to use");
    f.optional("max_processors", &M::max_processors, "channels a pass may hold, 64 (default) or fewer");
    f.optional("weights_seed", &M::weights_seed,
               "weights and biases come from a generator with this seed; their names are no files",
               kAnyNumber);
    f.optional("data_buffer", &M::data_buffer, "a tensor that stays in data memory");
    f.required("layers", &M::layers, "in the order they run");
  }
  bool operator==(const ModelDescription&) const = default;
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<InputDescription>();
extern template const StructInfo& describe<LayerDescription>();
extern template const StructInfo& describe<DataBufferDescription>();
extern template const StructInfo& describe<ModelDescription>();

}  // namespace synergy::schemas
