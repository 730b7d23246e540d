#include "synergy/accel/images.hpp"

namespace synergy::accel {

std::array<std::vector<std::uint8_t>, accel_model::kQuadrants> bias_image(
    const accel_model::Program& program, const ModelWeights& weights,
    const accel_model::ProgramPlacement& placement, schemas::AcceleratorKind kind) {
  std::array<std::vector<std::uint8_t>, accel_model::kQuadrants> image;
  for (auto& quadrant : image) quadrant.assign(accel_model::constants_of(kind).bias_bytes_per_quadrant, 0);
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    const auto channels = bias_channels(program, k, placement, kind);
    for (std::uint32_t q = 0; q < accel_model::kQuadrants; ++q)
      for (std::size_t i = 0; i < channels[q].size(); ++i)
        if (channels[q][i] != accel_model::kUnusedBias)
          image[q][placement.layers[k].bias_offsets[q] + i] =
              std::uint8_t(weights[k].bias[std::size_t(channels[q][i])]);
  }
  return image;
}

}  // namespace synergy::accel
