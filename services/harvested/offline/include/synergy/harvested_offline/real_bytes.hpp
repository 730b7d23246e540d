// Real bytes for a virtual run, and whether its results are those of a run that power never left.
//
// Inputs are made of a seed: eight of them, by turns, so that the emulator computes each once. The answers
// that results are compared with come from a network of one piece, the whole model, which nothing that the
// run computed can reach.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "synergy/documents/load.hpp"
#include "synergy/harvested/network.hpp"
#include "synergy/harvested/run_report.hpp"

namespace synergy::harvested_offline {

/// One thread.
class RealBytes {
 public:
  /// Boundaries as of the chain. Fails as accel::load_model() and Network::of().
  [[nodiscard]] static Result<RealBytes> of(const documents::DeployFolder& deploy, const std::string& model,
                                            const intermittent::Chain& chain);

  [[nodiscard]] harvested::Network& network() { return pieces_; }
  [[nodiscard]] harvested::Bytes input(std::uint64_t number) const;
  /// How many are not, byte by byte, what the whole model makes of their inputs.
  [[nodiscard]] std::uint64_t wrong(const std::vector<harvested::InferenceResult>& results);

 private:
  RealBytes(harvested::Network pieces, harvested::Network whole)
      : pieces_(std::move(pieces)), whole_(std::move(whole)) {}

  harvested::Network pieces_, whole_;
};

}  // namespace synergy::harvested_offline
