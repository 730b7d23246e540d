// Runs one program again and again, fast: everything that can be decided or allocated once is, when the
// object is made, and a run allocates nothing.
//
// The fast path must answer as `evaluate.hpp` does, byte for byte. Layers that it has no fast code for are
// computed by plain code; `paths()` says which.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "synergy/accel/weights.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel {

/// The instruction set that the fast path uses on this machine, e.g. `AVX3_DL` (with VNNI), `AVX2`, `SSE4`.
[[nodiscard]] std::string_view instruction_set();

/// One thread at a time. Owns copies of what it needs of program and weights.
class Inference {
 public:
  /// `weights` must pass `check_weights`; else the process stops.
  Inference(const accel_model::Program& program, const ModelWeights& weights);
  Inference(Inference&&) noexcept;
  Inference& operator=(Inference&&) noexcept;
  ~Inference();

  /// `input` holds the program's input, channel by channel. Returns the last layer's output as it travels
  /// (`to_bytes`), valid until the next run.
  std::span<const std::uint8_t> run(std::span<const std::int8_t> input);
  /// Output of layer k of the last run in the same form; for those who compare layer by layer. Only after
  /// `keep_all_outputs(true)`: otherwise memory of layers is shared.
  void keep_all_outputs(bool keep);
  [[nodiscard]] std::vector<std::uint8_t> output_of(std::size_t layer) const;

  /// Per layer: the name of the code that computes it, e.g. `conv.vnni`, `plain`.
  [[nodiscard]] std::vector<std::string_view> paths() const;

 private:
  struct Plan;
  std::unique_ptr<Plan> plan_;
};

}  // namespace synergy::accel
