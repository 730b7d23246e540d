// Runs one program again and again, fast: everything that can be decided or allocated once is, when the
// object is made, and a run allocates nothing.
//
// The fast path answers as `evaluate.hpp` does, byte for byte, whatever the instruction set. Layers that it
// has no fast code for are computed by plain code; `paths()` says which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "synergy/accel/weights.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel {

/// The instruction sets that the fast path can use on this machine, best first: of `AVX3_DL` (AVX-512 with
/// VNNI), `AVX3` (AVX-512), `AVX2`, `SSE4`, `SSSE3`, and always `SCALAR`, which is plain code.
[[nodiscard]] std::vector<std::string_view> instruction_sets();
/// The best of them.
[[nodiscard]] std::string_view instruction_set();

/// One thread at a time. Owns copies of what it needs of program and weights.
class Inference {
 public:
  /// `weights` must pass `check_weights`, and `instruction_set` be one of `instruction_sets()`, or empty for
  /// the best; else the process stops.
  Inference(const accel_model::Program& program, const ModelWeights& weights,
            std::string_view instruction_set = {});
  Inference(Inference&&) noexcept;
  Inference& operator=(Inference&&) noexcept;
  ~Inference();

  /// `input` holds the program's input, channel by channel. Returns the last layer's output as it travels
  /// (`to_bytes`), valid until the next run.
  std::span<const std::uint8_t> run(std::span<const std::int8_t> input);
  /// Whether outputs of all layers stay readable after a run, for those who compare layer by layer. Otherwise
  /// layers share memory, and a layer may write the next one's input in a form of its own. Allocates.
  void keep_all_outputs(bool keep);
  /// Output of a layer in the last run as `run` returns it, empty for a skipped layer. Only while outputs are
  /// kept.
  [[nodiscard]] std::vector<std::uint8_t> output_of(std::size_t layer) const;

  /// Per layer: the names of the codes that compute it, joined by `+`, e.g. `pack+conv.bytes_by_four`. Those
  /// that begin with `plain` use no vectors. Valid until `keep_all_outputs` is called.
  [[nodiscard]] std::vector<std::string_view> paths() const;
  /// Bytes that a run works in, besides weights.
  [[nodiscard]] std::size_t working_memory() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace synergy::accel
