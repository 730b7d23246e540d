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
#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

enum class Operator { kConv2d, kLinear, kPassthrough };
template <>
inline constexpr std::array<std::pair<Operator, std::string_view>, 3> kEnumNames<Operator>{{
    {Operator::kConv2d, "conv2d"},
    {Operator::kLinear, "linear"},
    {Operator::kPassthrough, "passthrough"},
}};

enum class Activation { kNone, kRelu };
template <>
inline constexpr std::array<std::pair<Activation, std::string_view>, 2> kEnumNames<Activation>{{
    {Activation::kNone, "none"},
    {Activation::kRelu, "relu"},
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

struct InputDescription {
  std::uint32_t channels = 0, height = 0, width = 0;
  DataFormat data_format = DataFormat::kHwc;

  static constexpr auto fields() {
    using I = InputDescription;
    return std::tuple{required("channels", &I::channels, "channels of the input"),
                      required("height", &I::height, "rows"), required("width", &I::width, "columns"),
                      optional("data_format", &I::data_format, "hwc (default) or chw in data memory")};
  }
  bool operator==(const InputDescription&) const = default;
};

struct LayerDescription {
  std::string name;
  Operator op = Operator::kConv2d;
  std::uint32_t kernel_size = 1;
  std::uint32_t pad = 0;
  Activation activate = Activation::kNone;
  std::optional<std::uint32_t> max_pool, avg_pool;
  std::uint32_t pool_stride = 1;
  bool flatten = false;
  std::uint32_t out_channels = 0;  ///< 0: as many as come in (passthrough)
  std::uint64_t processors = 0, output_processors = 0;
  std::uint32_t in_offset = 0, out_offset = 0;
  std::uint32_t output_width = 8;
  std::int32_t output_shift = 0;
  std::string weights, bias;  ///< file names; no bias: empty

  static constexpr auto fields() {
    using L = LayerDescription;
    return std::tuple{
        required("name", &L::name, "unique in the model"),
        required("op", &L::op, "conv2d, linear or passthrough"),
        optional("kernel_size", &L::kernel_size, "1 (default) or 3, square"),
        optional("pad", &L::pad, "zero padding on every side"),
        optional("activate", &L::activate, "none (default) or relu"),
        optional("max_pool", &L::max_pool, "window of a maximum pooling before the operation"),
        optional("avg_pool", &L::avg_pool, "window of an average pooling before the operation"),
        optional("pool_stride", &L::pool_stride, "step of the pooling"),
        optional("flatten", &L::flatten, "make channels x rows x columns one vector first"),
        optional("out_channels", &L::out_channels, "output channels; passthrough: as many as come in"),
        required("processors", &L::processors, "64-bit mask of input processors"),
        required("output_processors", &L::output_processors, "64-bit mask of output processors"),
        required("in_offset", &L::in_offset, "data memory offset of the input, bytes"),
        required("out_offset", &L::out_offset, "data memory offset of the output, bytes"),
        optional("output_width", &L::output_width, "8 (default) or 32 bits"),
        optional("output_shift", &L::output_shift, "power of two applied to the accumulator"),
        optional("weights", &L::weights, "int8 .npy, (out, in, k, k) or (out, in)"),
        optional("bias", &L::bias, "int8 .npy, (out)"),
    };
  }
  bool operator==(const LayerDescription&) const = default;
};

struct ModelDescription {
  ModelId name;
  std::string about, source;
  InputDescription input;
  ResultKind result = ResultKind::kArgmax;
  std::vector<std::string> labels;
  std::vector<LayerDescription> layers;

  static constexpr auto fields() {
    using M = ModelDescription;
    return std::tuple{required("name", &M::name, "the model's name, as apps ask for it"),
                      optional("about", &M::about, "one sentence"),
                      optional("source", &M::source, "where it comes from"),
                      required("input", &M::input, "shape of the input"),
                      optional("result", &M::result, "argmax (default), softmax or raw"),
                      optional("labels", &M::labels, "names of the classes, in order"),
                      required("layers", &M::layers, "in the order they run")};
  }
  bool operator==(const ModelDescription&) const = default;
};

}  // namespace synergy::schemas
