// `urgent`: as jit, but where the charge does not suffice the device sleeps and keeps its weights, and saves
// only when it must. After Caronti and others: Fine-grained Hardware Acceleration for Efficient Batteryless
// Intermittent Inference on the Edge, ACM TECS 22(5), 2023, of which only the abstract was read; so there are
// two readings of "must":
//
//   urgent        the charge falls to what a save takes, and a margin
//   urgent-early  less comes in than sleep takes
#include "policies/stepping.hpp"

namespace synergy::harvested {
namespace {

class Urgent : public Policy {
 public:
  Urgent(const Chain& chain, const DeviceFigures& device, bool early)
      : Policy(chain), device_(device), early_(early), stepping_(chain, device) {}

  [[nodiscard]] Decision next(const View& view) override {
    const auto position = position_of(view);
    if (position.boundary == 0 && !has_work(view)) return Off{};
    const auto to = position.boundary + 1;
    if (view.charge_uj >= stepping_.charge_for(to, position, &view.domain))
      return Work{stepping_.steps_to(to, position, &view.domain)};
    return wait(view, position);
  }

 private:
  [[nodiscard]] Decision wait(const View& view, const Position& position) const {
    auto asleep = position;
    if (!device_.retention_keeps_data && position.place == Position::Place::kData)
      asleep.place = Position::Place::kSram;
    const double least = stepping_.charge_to_save_after_sleep(asleep) + device_.urgent_margin_uj;
    const double sleep_uw = early_ ? device_.store.converter.taken_uw(device_.store.retained_mw) : 0;
    if (view.charge_uj <= least || view.harvest_uw < sleep_uw) {
      if (position.unsaved) return Work{stepping_.save_at(position)};
      return Off{};
    }
    if (position.place != asleep.place && !position.unloaded)
      return Work{stepping_.unload_at(position.boundary)};
    return Sleep{.rises_to_uj = stepping_.charge_after_sleep(position.boundary + 1, position, view.domain),
                 .falls_to_uj = least,
                 .harvest_below_uw = sleep_uw};
  }

  const DeviceFigures& device_;
  bool early_;
  Stepping stepping_;
};

Result<std::unique_ptr<Policy>> make(const Chain& chain, const DeviceFigures& device, bool early) {
  if (auto checked = Stepping(chain, device).check(); !checked) return checked.error();
  return std::unique_ptr<Policy>(std::make_unique<Urgent>(chain, device, early));
}

}  // namespace

Result<std::unique_ptr<Policy>> make_urgent(const Chain& chain, const DeviceFigures& device, Picojoules) {
  return make(chain, device, false);
}

Result<std::unique_ptr<Policy>> make_urgent_early(const Chain& chain, const DeviceFigures& device,
                                                  Picojoules) {
  return make(chain, device, true);
}

}  // namespace synergy::harvested
