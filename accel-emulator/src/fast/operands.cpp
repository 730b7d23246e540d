// How a layer's operands lie in its sources, and how they become what kernels read.
#include <algorithm>

#include "plan_builder.hpp"
#include "synergy/base/check.hpp"

namespace synergy::accel::fast {
namespace {

bool of_one_size(const std::vector<TensorAt>& sources) {
  return std::all_of(sources.begin(), sources.end(), [&](const TensorAt& source) {
    return source.shape.height == sources[0].shape.height && source.shape.width == sources[0].shape.width;
  });
}

// Channels `first` to `first + count` of the sources' channels, one source after the other.
std::vector<ViewPart> channels_of(const std::vector<TensorAt>& sources, std::uint32_t first,
                                  std::uint32_t count) {
  std::vector<ViewPart> parts;
  std::uint32_t begin = 0;
  for (const auto& source : sources) {
    const std::uint32_t end = begin + source.shape.channels;
    const std::uint32_t from = std::max(first, begin), to = std::min(first + count, end);
    if (from < to) parts.push_back({source, from - begin, to - from});
    begin = end;
  }
  return parts;
}

/// A value of one of the sources.
struct Pick {
  std::uint32_t source = 0;
  std::uint32_t offset = 0;  ///< bytes from the tensor's first
};

// Value (channel, pixel) of sources joined along channels, or along pixels where their sizes differ.
Pick pick_from(const std::vector<TensorAt>& sources, std::uint64_t channel, std::uint64_t pixel) {
  const bool join_channels = of_one_size(sources);
  for (std::uint32_t s = 0; s < sources.size(); ++s) {
    const Shape& shape = sources[s].shape;
    std::uint64_t& along = join_channels ? channel : pixel;
    const std::uint64_t size = join_channels ? shape.channels : shape.pixels();
    if (along < size) return {s, std::uint32_t(pixel * sources[s].step() + channel)};
    along -= size;
  }
  SYNERGY_CHECK(false, "a layer reads values that are there");
  return {};
}

}  // namespace

std::vector<TensorAt> PlanBuilder::sources_of(const Layer& layer) const {
  std::vector<TensorAt> sources;
  for (const auto source : layer.sources)
    sources.push_back(source == accel_model::kInput ? parts_.input
                      : source == accel_model::kBuffer
                          ? *buffer_
                          : std::get<TensorAt>(parts_.outputs[std::size_t(source)]));
  return sources;
}

std::vector<View> PlanBuilder::views_of(std::size_t k) {
  const Layer& layer = program_.layers[k];
  const std::vector<TensorAt> sources = sources_of(layer);
  const bool columns = program_.legacy_operands && k > 0 && layer.operands > 1;
  std::vector<View> views;
  for (std::uint32_t o = 0; o < layer.operands; ++o) {
    if (columns || !of_one_size(sources)) {
      views.push_back(gather(k, sources, o));
      continue;
    }
    const std::uint32_t channels = layer.input.channels;
    views.push_back({channels_of(sources, layer.channel_skip + o * channels, channels),
                     std::size_t(layer.crop_top) * layer.input.width, layer.input});
  }
  return views;
}

// Value by value, from a table made now.
View PlanBuilder::gather(std::size_t k, const std::vector<TensorAt>& sources, std::uint32_t operand) {
  const Layer& layer = program_.layers[k];
  const bool columns = program_.legacy_operands && k > 0 && layer.operands > 1;
  const TensorAt to = new_tensor(layer.input);
  std::vector<Pick> picks(to.bytes());
  for (std::uint64_t i = 0; i < layer.input.pixels(); ++i)
    for (std::uint32_t c = 0; c < layer.input.channels; ++c) {
      std::uint64_t pixel = std::uint64_t(layer.crop_top) * layer.input.width + i;
      std::uint64_t channel = layer.channel_skip + operand * layer.input.channels + c;
      if (columns) {  // every n-th column of the source is this operand's
        const std::uint64_t width = sources[0].shape.width / layer.operands;
        pixel = pixel / width * sources[0].shape.width + pixel % width * layer.operands + operand;
        channel = c;
      }
      picks[i * to.step() + c] = pick_from(sources, channel, pixel);
    }
  std::vector<Arena::Id> buffers{to.buffer};
  for (const auto& source : sources) buffers.push_back(source.buffer);
  add_step(buffers, [to, sources, picks = std::move(picks)](const Arena& arena) {
    std::byte* at = arena[to.buffer] + to.first;
    for (const Pick& pick : picks)
      *at++ = *(arena[sources[pick.source].buffer] + sources[pick.source].first + pick.offset);
  });
  note("plain.gather");
  return {{{to, 0, to.shape.channels}}, 0, to.shape};
}

void PlanBuilder::add_pack(const View& view, const OperandAt& to, Form form) {
  PackArgs args;
  args.rows = to.shape.rows, args.columns = to.shape.columns, args.channels = to.shape.channels;
  args.top = to.shape.top, args.left = to.shape.left;
  args.bottom = to.shape.bottom, args.right = to.shape.right;
  args.form = form;
  std::vector<Arena::Id> buffers{to.buffer};
  std::vector<PackPart> parts;  // `from` is filled in by the step
  for (const ViewPart& part : view.parts) {
    const auto step = std::ptrdiff_t(part.tensor.step());
    parts.push_back({nullptr, {step, step * std::ptrdiff_t(to.shape.columns)}, part.channels});
    // A tensor's own padding goes along, so that whole rows can be copied at once.
    if (view.whole() && to.shape.channels == step) parts.back().channels = to.shape.channels;
    buffers.push_back(part.tensor.buffer);
  }
  add_step(buffers, [args, parts, view, to, pack = kernels_.pack](const Arena& arena) mutable {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const TensorAt& tensor = view.parts[i].tensor;
      parts[i].from = reinterpret_cast<const std::int8_t*>(arena[tensor.buffer] + tensor.first) +
                      view.first_pixel * tensor.step() + view.parts[i].first_channel;
    }
    args.parts = parts;
    args.to = arena[to.buffer];
    pack(args);
  });
}

TensorAt PlanBuilder::tensor_of(const View& view) {
  if (view.whole()) {
    TensorAt tensor = view.parts[0].tensor;
    tensor.first += view.first_pixel * tensor.step();
    tensor.shape = view.shape;
    return tensor;
  }
  const TensorAt to = new_tensor(view.shape);
  OperandShape shape;
  shape.rows = view.shape.height, shape.columns = view.shape.width;
  shape.channels = std::uint32_t(to.step());
  add_pack(view, {to.buffer, shape}, Form::kBytes);
  note("join");
  return to;
}

OperandAt PlanBuilder::operand_of(const Layer& layer, const View& view) {
  OperandAt operand{0, operand_shape(layer, view.shape, kernels_)};
  operand.buffer = parts_.arena.add(operand.shape.bytes());
  add_pack(view, operand, suits_depthwise(layer) ? Form::kBytes : Form::kOperand);
  note("pack");
  return operand;
}

}  // namespace synergy::accel::fast
