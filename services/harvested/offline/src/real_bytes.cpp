#include "synergy/harvested_offline/real_bytes.hpp"

#include <algorithm>
#include <utility>

#include "synergy/accel/model_files.hpp"
#include "synergy/base/splitmix64.hpp"

namespace synergy::harvested_offline {

using harvested::Bytes;
using harvested::Network;

Result<RealBytes> RealBytes::of(const documents::DeployFolder& deploy, const std::string& model,
                                const intermittent::Chain& chain) {
  auto loaded = accel::load_model(deploy.model_folder(ModelId(model)));
  if (!loaded) return loaded.error();
  const std::vector<std::uint32_t> ends{0, chain.first_layer.back()};
  auto pieces = Network::of(loaded->program, loaded->weights, chain.first_layer);
  if (!pieces) return pieces.error().at("model '" + model + "'");
  auto whole = Network::of(std::move(loaded->program), std::move(loaded->weights), ends);
  if (!whole) return whole.error().at("model '" + model + "'");
  return RealBytes(*std::move(pieces), *std::move(whole));
}

Bytes RealBytes::input(std::uint64_t number) const {
  constexpr std::uint64_t kInputs = 8;
  SplitMix64 random(number % kInputs);
  Bytes bytes(pieces_.bytes_at(0));
  for (auto& byte : bytes) byte = std::uint8_t(random.next());
  return bytes;
}

std::uint64_t RealBytes::wrong(const std::vector<harvested::InferenceResult>& results) {
  return std::uint64_t(std::count_if(results.begin(), results.end(), [&](const auto& result) {
    return result.bytes != whole_.run({0, 1}, input(result.number));
  }));
}

}  // namespace synergy::harvested_offline
