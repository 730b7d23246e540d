#include "synergy/execution/result_value.hpp"

#include <algorithm>

namespace synergy::execution {
namespace {

std::int32_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return std::int32_t(std::uint32_t(bytes[at]) | std::uint32_t(bytes[at + 1]) << 8 |
                      std::uint32_t(bytes[at + 2]) << 16 | std::uint32_t(bytes[at + 3]) << 24);
}

/// Value `i` of an output of that width.
std::int32_t value_at(std::span<const std::uint8_t> output, std::size_t stride, std::size_t i) {
  return stride == 4 ? word_at(output, i * 4) : std::int8_t(output[i]);
}

}  // namespace

Argmax argmax(std::span<const std::uint8_t> output, std::uint32_t width) {
  const std::size_t stride = width / 8;
  Argmax best;
  for (std::size_t i = 0; (i + 1) * stride <= output.size(); ++i) {
    const auto value = value_at(output, stride, i);
    if (best.label < 0 || value > best.score) best = {std::int32_t(i), value};
  }
  return best;
}

schemas::Bytes argmax_map(std::span<const std::uint8_t> output, std::uint32_t width, std::uint32_t classes,
                          std::uint32_t pixels) {
  const std::size_t stride = width / 8;
  const auto group = std::size_t(classes) * pixels;
  const auto groups = group == 0 ? 0 : output.size() / stride / group;
  schemas::Bytes labels;
  labels.reserve(groups * pixels);
  for (std::size_t g = 0; g < groups; ++g)
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      std::uint32_t best = 0;
      auto most = value_at(output, stride, g * group + pixel);
      for (std::uint32_t c = 1; c < classes; ++c)
        if (const auto value = value_at(output, stride, g * group + std::size_t(c) * pixels + pixel);
            value > most) {
          best = c;
          most = value;
        }
      labels.push_back(std::uint8_t(std::min<std::uint32_t>(best, 255)));
    }
  return labels;
}

schemas::Bytes to_bytes(const Argmax& argmax) {
  schemas::Bytes bytes;
  for (const auto value : {argmax.label, argmax.score})
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(std::uint8_t(std::uint32_t(value) >> shift));
  return bytes;
}

std::optional<Argmax> argmax_from(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 8) return std::nullopt;
  return Argmax{word_at(bytes, 0), word_at(bytes, 4)};
}

bool has_one_label(const schemas::PipelinePlan& pipeline) {
  return pipeline.classes == 0 || pipeline.output_pixels == 1;
}

schemas::Bytes result_of(const schemas::PipelinePlan& pipeline, schemas::Bytes output) {
  if (pipeline.result != schemas::ResultKind::kArgmax) return output;
  if (has_one_label(pipeline)) return to_bytes(argmax(output, pipeline.output_width));
  return argmax_map(output, pipeline.output_width, pipeline.classes, pipeline.output_pixels);
}

}  // namespace synergy::execution
