#include "synergy/intermittent/chain.hpp"

#include "synergy/base/check.hpp"

namespace synergy::intermittent {

Chain::Chain(std::uint32_t pieces)
    : kept_bytes(pieces + 1, 0),
      pieces_(pieces),
      ranges_(std::size_t(pieces) * (pieces + 1) / 2),
      together_(std::size_t(pieces + 1) * (pieces + 1), false) {
  SYNERGY_CHECK(pieces >= 1, "a chain has at least one piece");
  for (std::uint32_t i = 0; i <= pieces; ++i) first_layer.push_back(i);
  for (std::uint32_t i = 0; i < pieces; ++i) layers.push_back("layer" + std::to_string(i));
}

std::size_t Chain::index(std::uint32_t from, std::uint32_t to) const {
  SYNERGY_CHECK(from < to && to <= pieces_, "a range ends after it begins, within its chain");
  return std::size_t(to) * (to - 1) / 2 + from;
}

std::string Chain::name_of(const Segment& s) const {
  const auto name = [&](std::uint32_t k) { return std::to_string(k) + " '" + layers[k] + "'"; };
  const auto first = first_layer[s.from], last = first_layer[s.to] - 1;
  return first == last ? "layer " + name(first) : "layers " + name(first) + " to " + name(last);
}

}  // namespace synergy::intermittent
