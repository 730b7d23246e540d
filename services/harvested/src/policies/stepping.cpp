#include "policies/stepping.hpp"

#include <cstdio>

namespace synergy::harvested {
namespace {

using Place = Position::Place;

void append(std::vector<Step>& steps, const std::vector<Step>& more) {
  steps.insert(steps.end(), more.begin(), more.end());
}

}  // namespace

Position position_of(const View& view) {
  const auto& ledger = view.ledger;
  const auto furthest = ledger.furthest();
  const auto served = [&](const Tensor* tensor) {
    return tensor != nullptr && tensor->origin == furthest && tensor->number == ledger.oldest(furthest);
  };
  const auto *data = view.domain.data(), *sram = view.domain.sram();
  if (served(data)) {
    const bool unloaded = served(sram) && sram->boundary == data->boundary;
    return {Place::kData, data->boundary, data->boundary > data->origin, unloaded};
  }
  if (served(sram)) return {Place::kSram, sram->boundary, sram->boundary > sram->origin};
  return {Place::kFram, furthest, false};
}

std::vector<Step> Stepping::steps_to(std::uint32_t to, const Position& position,
                                     const PowerDomain* domain) const {
  const bool selected =
      domain != nullptr && domain->loaded() == whole() && domain->selected() == Segment{0, chain_.pieces()};
  return steps_to(to, position, domain, selected);
}

std::vector<Step> Stepping::steps_to(std::uint32_t to, const Position& position, const PowerDomain* domain,
                                     bool selected) const {
  const auto from = position.boundary;
  const Segment part{from, to}, all{0, chain_.pieces()};
  std::vector<Step> steps;
  append_weights(steps, chain_, domain, whole(), part);
  if (!selected) append_registers(steps, chain_, all);
  const auto& cost = chain_.range(from, to).steps;
  if (position.place == Place::kFram) steps.push_back({StepKind::kRestore, part, cost.restore});
  if (position.place != Place::kData) steps.push_back({StepKind::kLoad, part, cost.load});
  steps.push_back({StepKind::kCompute, part, cost.infer});
  if (to == chain_.pieces()) {
    append(steps, unload_at(to));
    append(steps, save_at({Place::kSram, to, true}));
  }
  return steps;
}

std::vector<Step> Stepping::unload_at(std::uint32_t boundary) const {
  const Segment last{boundary - 1, boundary};
  return {{StepKind::kUnload, last, chain_.range(last.from, last.to).steps.unload}};
}

std::vector<Step> Stepping::save_at(const Position& position) const {
  std::vector<Step> steps;
  if (!position.unsaved) return steps;
  const Segment last{position.boundary - 1, position.boundary};
  if (position.place == Place::kData && !position.unloaded) append(steps, unload_at(position.boundary));
  steps.push_back({StepKind::kSave, last, chain_.range(last.from, last.to).steps.save});
  return steps;
}

double Stepping::charge_for(const std::vector<Step>& steps, const std::vector<Cost>& before) const {
  auto costs = before;
  for (const auto& step : steps) costs.push_back(step.cost);
  return charge_needed_uj(device_.store, costs);
}

double Stepping::charge_for(std::uint32_t to, const Position& position, const PowerDomain* domain) const {
  auto steps = steps_to(to, position, domain);
  if (to < chain_.pieces()) append(steps, save_at({Place::kData, to, true}));
  return charge_for(steps);
}

double Stepping::charge_after_sleep(std::uint32_t to, Position position, const PowerDomain& domain) const {
  if (position.place == Place::kData && !device_.retention_keeps_data) position.place = Place::kSram;
  auto steps = steps_to(to, position, &domain, false);
  if (to < chain_.pieces()) append(steps, save_at({Place::kData, to, true}));
  return charge_for(steps, {device_.resume});
}

double Stepping::charge_to_save_after_sleep(const Position& position) const {
  return charge_for(save_at(position), {device_.resume});
}

double Stepping::charge_to_save(const Position& position) const { return charge_for(save_at(position)); }

double Stepping::charge_cold(std::uint32_t from, std::uint32_t to) const {
  auto steps = steps_to(to, {Place::kFram, from, false}, nullptr);
  if (to < chain_.pieces()) append(steps, save_at({Place::kData, to, true}));
  return charge_for(steps, {chain_.boot});
}

Status Stepping::check() const {
  const auto& all = chain_.range(0, chain_.pieces());
  if (!all.possible())
    return Error{ErrorCode::kNoFit, chain_.label + ": the accelerator does not hold it as a whole (" +
                                        all.refusal + "); take a policy that cuts it, like 'once'"};
  const double there = device_.store.capacitor.charge_uj(device_.store.thresholds.on_v);
  const double empty = device_.store.brown_out_uj(0);
  for (std::uint32_t i = 0; i < chain_.pieces(); ++i) {
    const double needed = charge_cold(i, i + 1);
    if (needed <= there) continue;
    char numbers[200];
    std::snprintf(numbers, sizeof numbers,
                  " takes %.1f uJ of the capacitor in one power cycle, and %.1f uF give %.1f uJ",
                  needed - empty, device_.store.capacitor.capacitance_uf, there - empty);
    return Error{ErrorCode::kNoFit, chain_.label + ": no progress: " + chain_.name_of({i, i + 1}) + numbers +
                                        "; take a larger capacitor, or a higher 'on_v'"};
  }
  return {};
}

}  // namespace synergy::harvested
