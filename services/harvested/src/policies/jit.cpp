// `jit`: piece by piece, data left in the accelerator; saves just in time, when the charge does not suffice
// for one more piece and for saving what comes out of it.
#include "policies/stepping.hpp"

namespace synergy::harvested {
namespace {

class Jit : public Policy {
 public:
  Jit(const Chain& chain, const DeviceFigures& device) : Policy(chain), stepping_(chain, device) {}

  [[nodiscard]] Decision next(const View& view) override {
    const auto position = position_of(view);
    if (position.boundary == 0 && !has_work(view)) return Off{};
    const auto to = position.boundary + 1;
    if (view.charge_uj >= stepping_.charge_for(to, position, &view.domain))
      return Work{stepping_.steps_to(to, position, &view.domain)};
    if (position.unsaved) return Work{stepping_.save_at(position)};
    return Off{};
  }

 private:
  Stepping stepping_;
};

}  // namespace

Result<std::unique_ptr<Policy>> make_jit(const Chain& chain, const DeviceFigures& device, Picojoules) {
  if (auto checked = Stepping(chain, device).check(); !checked) return checked.error();
  return std::unique_ptr<Policy>(std::make_unique<Jit>(chain, device));
}

}  // namespace synergy::harvested
