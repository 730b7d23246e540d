// `restart` and `restart-cold`: a whole inference at a time, from its beginning after each loss of power.
#include "policies.hpp"

namespace synergy::harvested {
namespace {

class Restart : public Policy {
 public:
  Restart(const Chain& chain, bool cold)
      : Policy(chain), cold_(cold), cycle_(one_range(chain, {0, chain.pieces()}, 1)) {}

  [[nodiscard]] Decision next(const View& view) override {
    if (view.inputs == 0) return Off{};
    return Work{steps_of(chain(), cycle_, cold_ ? nullptr : &view.domain)};
  }
  [[nodiscard]] std::vector<std::vector<Step>> must_pass() const override {
    return {steps_of(chain(), cycle_)};
  }

 private:
  bool cold_;
  PowerCycle cycle_;
};

Result<std::unique_ptr<Policy>> make(const Chain& chain, bool cold) {
  const auto& whole = chain.range(0, chain.pieces());
  if (!whole.possible())
    return Error{ErrorCode::kNoFit, chain.label + ": the accelerator does not run it as a whole (" +
                                        whole.refusal + "); take a policy that cuts it, like 'once'"};
  return std::unique_ptr<Policy>(std::make_unique<Restart>(chain, cold));
}

}  // namespace

Result<std::unique_ptr<Policy>> make_restart(const Chain& chain, const DeviceFigures&, Picojoules) {
  return make(chain, false);
}

Result<std::unique_ptr<Policy>> make_restart_cold(const Chain& chain, const DeviceFigures&, Picojoules) {
  return make(chain, true);
}

}  // namespace synergy::harvested
