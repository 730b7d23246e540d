#include "synergy/harvested/optimum.hpp"

#include <algorithm>

#include "synergy/base/check.hpp"

namespace synergy::harvested {
namespace {

using accel_model::EnergyStore;
using accel_model::StoreEvent;

/// The store, as the oracle asks it. Charges are uJ; what lies beyond the length never comes.
class Known {
 public:
  using Charge = double;

  Known(const Chain& chain, const DeviceFigures& device, const KnownHarvest& harvest)
      : chain_(chain), store_(device.store), harvest_(harvest) {}

  [[nodiscard]] Charge idle(Charge charge, Duration from, Duration to) const {
    auto store = at(charge, from);
    store.stay_off();
    (void)store.advance(ModelTime{to}, {});
    return store.charge_uj();
  }
  [[nodiscard]] std::optional<Duration> time_to(Charge charge, Duration from, const Cost&) const {
    if (from >= harvest_.length) return std::nullopt;
    auto store = at(charge, from);
    const auto step = store.advance(ModelTime{harvest_.length}, {});
    if (step.event != StoreEvent::kWoke) return std::nullopt;
    return step.at.time_since_epoch();
  }
  [[nodiscard]] Charge work(Charge charge, Duration from, const Cost& cost) const {
    auto store = at(charge, from);
    const Cost after_boot{cost.energy - chain_.boot.energy, cost.time - chain_.boot.time};
    const auto end = ModelTime{from + cost.time};
    const auto wakes = store.advance(end, {}).event;
    const auto boots = store.advance(end, {}).event;
    const auto works = store.advance(end, load_of(store_, after_boot)).event;
    SYNERGY_CHECK(wakes == StoreEvent::kWoke && boots == StoreEvent::kBooted && works == StoreEvent::kReached,
                  "a power cycle that is begun ends");
    return store.charge_uj();
  }

 private:
  /// The voltage may lose a last digit of the charge; the threshold must not be missed for it.
  [[nodiscard]] EnergyStore at(Charge charge, Duration time) const {
    const auto& [on_v, off_v, max_v] = store_.thresholds;
    const double wake = store_.capacitor.charge_uj(on_v);
    const double volts =
        charge >= wake ? std::max(on_v, store_.capacitor.volts(charge)) : store_.capacitor.volts(charge);
    return {
        store_,
        harvest_.trace,
        {.at = ModelTime{time}, .into_trace = harvest_.into_trace + time, .volts = std::min(volts, max_v)}};
  }

  const Chain& chain_;
  const accel_model::StoreSettings& store_;
  const KnownHarvest& harvest_;
};
static_assert(intermittent::HarvestedStore<Known>);

}  // namespace

Result<std::optional<intermittent::Oracle>> optimum(const Chain& chain, const DeviceFigures& device,
                                                    const KnownHarvest& harvest, std::uint32_t inferences) {
  const auto capacity = plan_capacity(chain, device);
  if (!capacity) return capacity.error();
  const auto leaps = intermittent::power_cycles_of(chain, *capacity, inferences);
  auto found =
      intermittent::oracle(Known(chain, device, harvest), device.store.capacitor.charge_uj(harvest.volts),
                           leaps, chain.pieces(), inferences);
  if (found && found->finish > harvest.length) found.reset();
  return found;
}

}  // namespace synergy::harvested
