// `adaptive`: gives up power between power cycles of an exact plan, or keeps weights asleep, whichever is
// likely to give more inferences on the harvest of the last minute.
//
// Two ways to live on a harvest of P uW at the load:
//
//   die      every power cycle loads weights: P / e_plan inferences a second, e_plan from the cheaper of
//            `sequence` and `batch`
//   retain   weights stay, sleep takes R: (P - R) / e_resident
//
// Retaining pays where (P - R) e_plan > P e_resident. So it begins only where the mean of the last minute
// says so. But the minute to come may be another. Losing state costs L = save + boot + restore + all weights;
// keeping it costs R a second. This is ski rental: in each gap between two pieces of work the device sleeps
// until R x time = L at most, then saves and dies. So it never pays more than 2 L in a gap in which one who
// knew its length would pay min(L, R x time), the best that any deterministic rule can promise (Karlin,
// Manasse, Rudolph, Sleator: Competitive snoopy caching, Algorithmica 3, 1988).
//
// While it retains, it goes as far through the model as the charge allows, at best to the result. What takes
// more than a charge to `on_v` is cut where the plan could go on from it, so that it can be saved there.
#include <algorithm>
#include <cmath>

#include "policies/planned.hpp"
#include "policies/stepping.hpp"

namespace synergy::harvested {
namespace {

class Adaptive : public Policy {
 public:
  Adaptive(const Chain& chain, const DeviceFigures& device, std::unique_ptr<PlannedPolicy> plan)
      : Policy(chain), device_(device), plan_(std::move(plan)), stepping_(chain, device) {
    const auto m = chain.pieces();
    const auto& all = chain.range(0, m);
    if (!all.possible() || !find_goals()) return;
    retains_ = true;
    resident_uj_ = resident_uj();
    const Cost loss = all.steps.save + chain.boot + all.steps.restore + all.weights;
    loss_uj_ = intermittent::microjoules(loss.energy);
  }

  [[nodiscard]] Decision next(const View& view) override {
    if (!has_work(view)) return Off{};
    const bool warm = view.domain.loaded() == stepping_.whole();
    if (retains_ && (warm || pays(view))) return go_on(view);
    return plan_->next(view);
  }
  void power_lost() override { asleep_since_.reset(); }
  [[nodiscard]] std::vector<std::uint32_t> places() const override { return plan_->places(); }

 private:
  [[nodiscard]] double sleep_uw() const { return device_.store.retained_mw * 1000; }
  [[nodiscard]] bool pays(const View& view) const {
    const double uw = view.recent_harvest_uw * device_.store.converter.output_efficiency;
    return (uw - sleep_uw()) * plan_->uj_per_inference() > uw * resident_uj_;
  }

  [[nodiscard]] bool may_stop_at(std::uint32_t boundary) const {
    return boundary == chain().pieces() || plan_->leads_on_from(boundary);
  }
  /// For each boundary the furthest one that is reached with the charge at `on_v`, asleep before with no
  /// weights at all; false where there is none.
  bool find_goals();
  /// Of one inference, weights held, with a sleep before each part of it.
  [[nodiscard]] double resident_uj() const;

  [[nodiscard]] Decision go_on(const View& view);
  [[nodiscard]] Decision wait(const View& view, const Position& position);

  const DeviceFigures& device_;
  std::unique_ptr<PlannedPolicy> plan_;
  Stepping stepping_;
  bool retains_ = false;
  std::vector<std::uint32_t> goals_;
  double resident_uj_ = 0, loss_uj_ = 0;
  std::optional<ModelTime> asleep_since_;  ///< the gap that lasts now
};

bool Adaptive::find_goals() {
  const auto m = chain().pieces();
  const double there = device_.store.capacitor.charge_uj(device_.store.thresholds.on_v);
  goals_.assign(m, 0);
  for (std::uint32_t from = 0; from < m; ++from) {
    if (!may_stop_at(from) && from > 0) continue;
    for (auto to = m; to > from && goals_[from] == 0; --to)
      if (may_stop_at(to) && chain().range(from, to).possible() && stepping_.charge_cold(from, to) <= there)
        goals_[from] = to;
    if (goals_[from] == 0) return false;
  }
  return true;
}

double Adaptive::resident_uj() const {
  const auto m = chain().pieces();
  Cost sum;
  for (std::uint32_t from = 0; from < m; from = goals_[from]) {
    const auto& steps = chain().range(from, goals_[from]).steps;
    sum += device_.resume + chain().range(0, m).registers + steps.load + steps.infer + steps.unload;
  }
  return intermittent::microjoules(
      (sum + chain().range(0, goals_[0]).steps.restore + chain().range(m - 1, m).steps.save).energy);
}

Decision Adaptive::go_on(const View& view) {
  auto position = position_of(view);
  if (position.place == Position::Place::kData) position.place = Position::Place::kSram;  // unloaded, too
  const auto from = position.boundary, m = chain().pieces();
  // A tensor may wait where none of these goes on from: the plan has a way for it.
  if (goals_[from] == 0) return plan_->next(view);
  for (auto to = m; to >= goals_[from]; --to) {
    if (!may_stop_at(to) || !chain().range(from, to).possible()) continue;
    if (view.charge_uj < stepping_.charge_for(to, position, &view.domain)) continue;
    asleep_since_.reset();
    auto steps = stepping_.steps_to(to, position, &view.domain);
    if (to < m) steps.push_back(stepping_.unload_at(to).front());
    return Work{std::move(steps)};
  }
  return wait(view, position);
}

Decision Adaptive::wait(const View& view, const Position& position) {
  const double least = stepping_.charge_to_save_after_sleep(position);
  const auto rent_s = asleep_since_ ? seconds(view.now - *asleep_since_) : 0;
  const double left_s = sleep_uw() > 0 ? loss_uj_ / sleep_uw() - rent_s : 1e9;
  if (pays(view) && left_s > 0 && view.charge_uj > least) {
    if (!asleep_since_) asleep_since_ = view.now;
    const auto longest = Duration(std::int64_t(std::ceil(std::min(left_s, 1e9) * 1e9)));
    return Sleep{
        .rises_to_uj = stepping_.charge_after_sleep(goals_[position.boundary], position, view.domain),
        .falls_to_uj = least,
        .longest = longest};
  }
  if (position.unsaved) return Work{stepping_.save_at(position)};
  return Off{};
}

}  // namespace

Result<std::unique_ptr<Policy>> make_adaptive(const Chain& chain, const DeviceFigures& device,
                                              Picojoules capacity) {
  auto plan = plan_sequence(chain, device, capacity);
  if (!plan) return plan.error();
  auto batch = plan_batch(chain, device, capacity);
  if (batch && (*batch)->uj_per_inference() < (*plan)->uj_per_inference()) plan = std::move(batch);
  return std::unique_ptr<Policy>(std::make_unique<Adaptive>(chain, device, std::move(*plan)));
}

}  // namespace synergy::harvested
