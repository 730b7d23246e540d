#include "synergy/harvested/network.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "synergy/base/check.hpp"

namespace synergy::harvested {

Network::Network(accel_model::Program program, accel::ModelWeights weights,
                 std::vector<std::uint32_t> first_layer)
    : program_(std::move(program)), weights_(std::move(weights)), first_layer_(std::move(first_layer)) {}

Result<Network> Network::of(accel_model::Program program, accel::ModelWeights weights,
                            std::vector<std::uint32_t> first_layer) {
  if (auto checked = accel::check_weights(program, weights); !checked) return checked.error();
  const bool rises =
      first_layer.size() >= 2 && first_layer.front() == 0 && first_layer.back() == program.layers.size() &&
      std::adjacent_find(first_layer.begin(), first_layer.end(), std::greater_equal<>()) == first_layer.end();
  if (!rises) return Error{ErrorCode::kInvalid, "boundaries that are not those of the model"};
  Network made(std::move(program), std::move(weights), std::move(first_layer));
  for (std::uint32_t b = 0; b < made.pieces(); ++b)
    made.bytes_at_.push_back(accel_model::chunk_of(made.program_, made.first_layer_[b],
                                                   std::uint32_t(made.program_.layers.size()) - 1)
                                 .input_bytes());
  const Bytes zeros(made.bytes_at_.back(), 0);
  const auto last = made.pieces();
  made.bytes_at_.push_back(made.run({last - 1, last}, zeros).size());
  return made;
}

Network::Part& Network::part(const Segment& range) {
  if (const auto found = parts_.find(range); found != parts_.end()) return found->second;
  const auto [first, end] = layers_of(range);
  const auto chunk = accel_model::chunk_of(program_, std::uint32_t(first), std::uint32_t(end) - 1);
  const accel::ModelWeights own(weights_.begin() + std::ptrdiff_t(first),
                                weights_.begin() + std::ptrdiff_t(end));
  return parts_.emplace(range, Part{accel::Inference(chunk, own), {}}).first->second;
}

const Bytes& Network::run(const Segment& range, std::span<const std::uint8_t> input) {
  SYNERGY_CHECK(input.size() == bytes_at_[range.from], "an input has the size of its boundary");
  auto& [inference, known] = part(range);
  Bytes key(input.begin(), input.end());
  if (const auto found = known.find(key); found != known.end()) return found->second;
  ++computed_;
  const std::vector<std::int8_t> values(input.begin(), input.end());
  const auto answer = inference.run(values);
  return known.emplace(std::move(key), Bytes(answer.begin(), answer.end())).first->second;
}

}  // namespace synergy::harvested
