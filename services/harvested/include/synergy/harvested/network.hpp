// The arithmetic of one model between the boundaries of its chain, on real bytes: what the accelerator of a
// device without a battery answers.
//
// The emulator computes (accel/inference.hpp). An answer is remembered by range and input bytes, so that a
// test that runs the same input a thousand times computes it once.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "synergy/accel/inference.hpp"
#include "synergy/accel/weights.hpp"
#include "synergy/base/result.hpp"
#include "synergy/intermittent/chain.hpp"

namespace synergy::harvested {

using intermittent::Segment;
using Bytes = std::vector<std::uint8_t>;

/// Owns program and weights. One thread.
class Network {
 public:
  /// `first_layer` as of the chain. Fails with kInvalid where weights or boundaries are not those of the
  /// program.
  [[nodiscard]] static Result<Network> of(accel_model::Program program, accel::ModelWeights weights,
                                          std::vector<std::uint32_t> first_layer);

  [[nodiscard]] std::uint32_t pieces() const { return std::uint32_t(first_layer_.size()) - 1; }
  /// Bytes of a tensor at a boundary 0..m. At m that is the accelerator's whole answer.
  [[nodiscard]] std::size_t bytes_at(std::uint32_t boundary) const { return bytes_at_[boundary]; }
  [[nodiscard]] const accel::ModelWeights& weights() const { return weights_; }
  /// Layers of a range: first, and one after the last.
  [[nodiscard]] std::pair<std::size_t, std::size_t> layers_of(const Segment& range) const {
    return {first_layer_[range.from], first_layer_[range.to]};
  }

  /// `input` has the bytes of the range's first boundary. Valid as long as the network.
  const Bytes& run(const Segment& range, std::span<const std::uint8_t> input);
  /// How often the emulator really computed.
  [[nodiscard]] std::size_t computed() const { return computed_; }

 private:
  Network(accel_model::Program program, accel::ModelWeights weights, std::vector<std::uint32_t> first_layer);

  /// One range, as a program of its own.
  struct Part {
    accel::Inference inference;
    std::map<Bytes, Bytes> known;
  };
  Part& part(const Segment& range);

  accel_model::Program program_;
  accel::ModelWeights weights_;
  std::vector<std::uint32_t> first_layer_;
  std::vector<std::size_t> bytes_at_;
  std::map<Segment, Part> parts_;
  std::size_t computed_ = 0;
};

}  // namespace synergy::harvested
