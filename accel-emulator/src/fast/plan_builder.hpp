// Turns layers into steps: which kernel with which arguments on which buffers.
#pragma once

#include <memory>

#include "plain.hpp"
#include "plan.hpp"

namespace synergy::accel::fast {

/// Some channels of a source.
struct ViewPart {
  TensorAt tensor;
  std::uint32_t first_channel = 0, channels = 0;
};

/// One operand of a layer as it lies in its sources: their pixels from `first_pixel` on, in rows of
/// `shape.width`, of each part some channels.
struct View {
  std::vector<ViewPart> parts;
  std::size_t first_pixel = 0;
  Shape shape;

  /// Whether it is a piece of memory like any tensor.
  [[nodiscard]] bool whole() const {
    return parts.size() == 1 && parts[0].channels == parts[0].tensor.shape.channels;
  }
};

class PlanBuilder {
 public:
  PlanBuilder(PlanParts& parts, const ModelWeights& weights, const Kernels& kernels, bool keep);
  void build();

 private:
  using Program = accel_model::Program;

  // --- operands (operands.cpp)
  [[nodiscard]] std::vector<TensorAt> sources_of(const Layer& layer) const;
  [[nodiscard]] std::vector<View> views_of(std::size_t k);
  [[nodiscard]] View gather(std::size_t k, const std::vector<TensorAt>& sources, std::uint32_t operand);
  [[nodiscard]] TensorAt tensor_of(const View& view);
  [[nodiscard]] OperandAt operand_of(const Layer& layer, const View& view);
  void add_pack(const View& view, const OperandAt& to, Form form);

  // --- layers
  void add_layer(std::size_t k);
  [[nodiscard]] View prepare(std::size_t k);
  [[nodiscard]] TensorAt add_pool(const Layer& layer, const TensorAt& input);
  [[nodiscard]] TensorAt add_combine(const Layer& layer, const std::vector<TensorAt>& operands);
  void add_operator(std::size_t k, const View& view);
  void add_conv(std::size_t k, const OperandAt& operand);
  void add_depthwise(std::size_t k, const OperandAt& operand);
  void add_plain_conv(std::size_t k, const TensorAt& input);
  void add_copy(std::size_t k, const View& view);

  // --- outputs
  /// Where a layer's kernel writes.
  struct Target {
    Arena::Id buffer = 0;
    std::ptrdiff_t first = 0;
    Grid grid;
    Form form = Form::kBytes;
  };
  [[nodiscard]] std::optional<std::size_t> direct_reader(std::size_t k) const;
  [[nodiscard]] Target make_target(std::size_t k);
  [[nodiscard]] Target target_of_operand(const OperandAt& operand, Form form) const;
  void finish_target(std::size_t k);

  // --- data buffer
  void add_buffer_clear();
  void add_buffer_shift(const Layer& layer);
  void add_buffer_insert(std::size_t k);

  [[nodiscard]] TensorAt new_tensor(const Shape& shape);
  /// Adds a step that uses these buffers.
  template <class Function>
  void add_step(const std::vector<Arena::Id>& buffers, Function function) {
    for (const auto id : buffers) parts_.arena.use(id, parts_.steps.size());
    parts_.steps.emplace_back(std::move(function));
  }
  void note(std::string_view path);

  PlanParts& parts_;
  const Program& program_;
  const ModelWeights& weights_;
  const Kernels& kernels_;
  bool keep_;
  std::size_t current_ = 0;
  std::optional<TensorAt> buffer_;
  std::vector<std::optional<OperandAt>> prepared_;  ///< operands that the layer before writes
};

}  // namespace synergy::accel::fast
