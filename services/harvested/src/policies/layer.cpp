// `layer`: every piece is a program of its own, with its weights loaded and a checkpoint each time.
#include "policies.hpp"

namespace synergy::harvested {
namespace {

class Layer : public Policy {
 public:
  explicit Layer(const Chain& chain) : Policy(chain) {}

  [[nodiscard]] Decision next(const View& view) override {
    if (!has_work(view)) return Off{};
    return Work{piece(view.ledger.furthest())};
  }
  [[nodiscard]] std::vector<std::vector<Step>> must_pass() const override {
    std::vector<std::vector<Step>> pieces;
    for (std::uint32_t i = 0; i < chain().pieces(); ++i) pieces.push_back(piece(i));
    return pieces;
  }

 private:
  [[nodiscard]] std::vector<Step> piece(std::uint32_t i) const {
    return steps_of(chain(), one_range(chain(), {i, i + 1}, 1));
  }
};

}  // namespace

Result<std::unique_ptr<Policy>> make_layer(const Chain& chain, const DeviceFigures&, Picojoules) {
  for (std::uint32_t i = 0; i < chain.pieces(); ++i)
    if (const auto& piece = chain.range(i, i + 1); !piece.possible())
      return Error{ErrorCode::kNoFit, chain.label + ", " + chain.name_of({i, i + 1}) + ": " + piece.refusal};
  return std::unique_ptr<Policy>(std::make_unique<Layer>(chain));
}

}  // namespace synergy::harvested
