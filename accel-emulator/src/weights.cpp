#include "synergy/accel/weights.hpp"

#include "synergy/base/check.hpp"

namespace synergy::accel {
namespace {

Status check_count(std::string_view what, std::uint64_t have, std::uint64_t need) {
  if (have == need) return {};
  return Error{ErrorCode::kInvalid, "needs " + std::to_string(need) + " " + std::string(what) +
                                        "; there are " + std::to_string(have)};
}

}  // namespace

Status check_weights(const accel_model::Program& program, const ModelWeights& weights) {
  if (auto status = check_count("layers of weights", weights.size(), program.layers.size()); !status)
    return status.error().at(program_label(program));
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const auto& layer = program.layers[k];
    const std::string label = layer_label(program, k);
    if (auto s = check_count("weights", weights[k].weights.size(), weight_count(layer)); !s)
      return s.error().at(label);
    if (auto s = check_count("biases", weights[k].bias.size(), layer.has_bias ? layer.output.channels : 0);
        !s)
      return s.error().at(label);
  }
  return {};
}

ModelWeights weights_of_chunk(const ModelWeights& model, const accel_model::Program& chunk) {
  SYNERGY_CHECK(chunk.first_layer + chunk.layers.size() <= model.size(), "a chunk lies within its model");
  const auto first = model.begin() + chunk.first_layer;
  return {first, first + std::ptrdiff_t(chunk.layers.size())};
}

}  // namespace synergy::accel
