// One program made ready to run again and again: its steps, their memory, and its packed weights.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "arena.hpp"
#include "convolution.hpp"
#include "kernels.hpp"
#include "synergy/accel/weights.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel::fast {

/// A tensor of bytes in a plan's memory, pixel by pixel.
struct TensorAt {
  Arena::Id buffer = 0;
  std::size_t first = 0;  ///< bytes into the buffer
  Shape shape;

  [[nodiscard]] std::size_t step() const { return round_up(shape.channels, kChannelStep); }
  [[nodiscard]] std::size_t bytes() const { return shape.pixels() * step(); }
};

/// 32-bit sums, pixel by pixel.
struct WideAt {
  Arena::Id buffer = 0;
  std::size_t step = 0;  ///< values from one pixel to the next
};

/// What the next convolution reads, written straight by the layer before it.
struct OperandAt {
  Arena::Id buffer = 0;
  OperandShape shape;
};

/// A layer's output; nothing for a layer that is passed over.
using OutputAt = std::variant<std::monostate, TensorAt, WideAt, OperandAt>;

/// What Plan is made of, filled by PlanBuilder.
struct PlanParts {
  accel_model::Program program;
  ModelWeights plain_weights;  ///< only of layers that plain code computes
  Arena arena;
  std::vector<std::function<void(const Arena&)>> steps;
  TensorAt input;
  std::vector<OutputAt> outputs;
  std::vector<std::string> paths;
};

/// Stays where it is made: steps point into it.
class Plan {
 public:
  /// With `keep` no two layers share memory, so that every output can be read after a run.
  Plan(const accel_model::Program& program, const ModelWeights& weights, const Kernels& kernels, bool keep);
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  std::span<const std::uint8_t> run(std::span<const std::int8_t> input);
  /// What `run` does between taking the input in and handing the output out, on the input of the last run.
  void run_steps();
  [[nodiscard]] std::vector<std::uint8_t> output_of(std::size_t layer) const;
  [[nodiscard]] const std::vector<std::string>& paths() const { return parts_.paths; }
  [[nodiscard]] std::size_t memory() const { return parts_.arena.size(); }

 private:
  void write_output(std::size_t layer, std::uint8_t* to) const;
  [[nodiscard]] std::size_t output_bytes(std::size_t layer) const;

  PlanParts parts_;
  std::size_t last_ = 0;  ///< the layer whose output a run answers with
  std::vector<std::uint8_t> result_;
};

}  // namespace synergy::accel::fast
