// Programs made at random, to compare two ways of computing them. They obey what arithmetic needs, not what
// chips need: masks and offsets stay empty.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "synergy/accel/weights.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel_test {

using accel_model::Layer;
using accel_model::Program;
using accel_model::Shape;

struct RandomCase {
  Program program;
  accel::ModelWeights weights;
  std::vector<std::int8_t> input;
};

/// Equal seeds give equal cases on every machine.
class RandomPrograms {
 public:
  explicit RandomPrograms(std::uint32_t seed) : engine_(seed) {}

  /// One layer of any kind.
  [[nodiscard]] RandomCase one_layer();
  /// Layers that branch, join and sometimes use a data buffer.
  [[nodiscard]] RandomCase several_layers();

 private:
  [[nodiscard]] std::uint32_t number(std::uint32_t low, std::uint32_t high);
  [[nodiscard]] bool once_in(std::uint32_t n) { return number(1, n) == 1; }
  [[nodiscard]] std::uint32_t channels();

  void add_layer(RandomCase& test, bool last);
  void choose_sources(Layer& layer, const Program& program);
  void choose_input(Layer& layer, const Program& program);
  void choose_pooling(Layer& layer);
  void choose_operator(Layer& layer, bool last);
  void choose_kernel(Layer& layer);
  void choose_buffer_use(Layer& layer, const Program& program);
  void add_numbers(RandomCase& test);
  [[nodiscard]] std::vector<std::int8_t> values(std::uint64_t count, std::int32_t low, std::int32_t high);
  [[nodiscard]] Shape shape_of(const Program& program, accel_model::Source source) const;

  std::mt19937 engine_;  // whose numbers the language defines, unlike its distributions
};

}  // namespace synergy::accel_test
