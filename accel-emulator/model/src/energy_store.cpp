#include "synergy/accel_model/energy_store.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "synergy/base/check.hpp"

namespace synergy::accel_model {

double StoreSettings::current_ma(double load_mw) const {
  return load_mw / converter.output_efficiency / thresholds.off_v;
}

double StoreSettings::brown_out_uj(double current_ma) const {
  return capacitor.charge_uj(thresholds.off_v + current_ma / 1000 * capacitor.esr_ohm);
}

double StoreSettings::usable_uj(double current_ma) const {
  const double charge = capacitor.charge_uj(thresholds.on_v) - brown_out_uj(current_ma);
  return std::max(0.0, charge) * converter.output_efficiency;
}

double EnergyBooks::imbalance() const {
  const double in = began + harvested;
  const double out = stored + conversion_loss + used + leaked + shunted + quiescent;
  return in + out > 0 ? std::abs(in - out) / (in + out) : 0;
}

/// Constant powers, in uW.
struct EnergyStore::Flow {
  double harvest = 0;    ///< at the harvester
  double stored = 0;     ///< of it, what reaches the capacitor
  double load = 0;       ///< at the load
  double taken = 0;      ///< for it, from the capacitor
  double quiescent = 0;  ///< of the converter
};

/// The nearest of the events that lie ahead on one course.
struct EnergyStore::Ahead {
  Duration time;
  enum class What { kNone, kDied, kWake, kTurnsWarm, kTurnsCold, kRose, kFell } what = What::kNone;
  double level_uj = 0;

  /// Of events at the same nanosecond, the first that is named.
  void or_at(std::optional<double> seconds, What event, double level) {
    if (!seconds) return;
    const double ns = std::ceil(*seconds * 1e9);
    if (!(ns < double(time.count())) && !(what == What::kNone && ns <= double(time.count()))) return;
    *this = {Duration(std::int64_t(ns)), event, level};
  }
};

EnergyStore::EnergyStore(const StoreSettings& settings, const HarvestTrace& trace, Start start)
    : settings_(&settings), trace_(&trace), began_(start.at), now_(start.at), into_trace_(start.into_trace) {
  const auto& [on_v, off_v, max_v] = settings.thresholds;
  const auto& capacitor = settings.capacitor;
  SYNERGY_CHECK(0 < off_v && off_v < on_v && on_v <= max_v, "thresholds do not cross");
  SYNERGY_CHECK(capacitor.capacitance_uf > 0, "a store has a capacitor");
  SYNERGY_CHECK(settings.converter.cold_start_below_v <= on_v, "a cold start ends before the device wakes");
  SYNERGY_CHECK(settings.boot > Duration::zero(), "a device takes time to boot");
  SYNERGY_CHECK(settings.brown_out_uj(settings.current_ma(settings.boot_mw)) < capacitor.charge_uj(on_v),
                "a device that wakes can begin to boot");
  SYNERGY_CHECK(start.volts >= 0 && start.volts <= max_v, "a capacitor holds 0 V to its highest voltage");
  began_uj_ = charge_uj_ = capacitor.charge_uj(start.volts);
  most_uj_ = capacitor.charge_uj(max_v);
  wake_uj_ = capacitor.charge_uj(on_v);
  warm_uj_ = capacitor.charge_uj(settings.converter.cold_start_below_v);
  cold_ = charge_uj_ < warm_uj_;
}

PowerState EnergyStore::state() const {
  switch (phase_) {
    case Phase::kOff:
      return charge_uj_ < settings_->brown_out_uj(0) ? PowerState::kDead : PowerState::kOff;
    case Phase::kBooting:
      return PowerState::kBooting;
    case Phase::kOn:
      return PowerState::kOn;
    case Phase::kRetained:
      return PowerState::kRetained;
  }
  SYNERGY_CHECK(false, "every phase is a state");
}

EnergyBooks EnergyStore::books() const {
  EnergyBooks books;
  books.began = began_uj_;
  // Exact, and not what was added up on the way: so the balance also tests that no time was left out.
  books.harvested = microjoules(trace_->energy(into_trace_, into_trace_ + (now_ - began_)));
  books.stored = charge_uj_;
  books.conversion_loss = conversion_loss_.value();
  books.used = used_.value();
  books.leaked = leaked_.value();
  books.shunted = shunted_.value();
  books.quiescent = quiescent_.value();
  return books;
}

StoreStep EnergyStore::advance(ModelTime until, Load load, Watch watch) {
  SYNERGY_CHECK(until >= now_, "time does not run backwards");
  const auto taken = taken_now(load);
  const double brown_out = powered() ? settings_->brown_out_uj(taken.current_ma) : 0;
  for (;;) {
    if (const auto event = due(brown_out, watch)) return {*event, now_};
    if (now_ == until) return {StoreEvent::kReached, now_};
    if (const auto event = step(until, taken, brown_out, watch)) return {*event, now_};
  }
}

StoreStep EnergyStore::next_event(ModelTime until, Load load, Watch watch) const {
  auto copy = *this;
  return copy.advance(until, load, watch);
}

Load EnergyStore::taken_now(Load load) const {
  const auto own = [&](double power_mw) { return Load{power_mw, settings_->current_ma(power_mw)}; };
  switch (phase_) {
    case Phase::kOff:
      return {};
    case Phase::kBooting:
      return own(settings_->boot_mw);
    case Phase::kRetained:
      return own(settings_->retained_mw);
    case Phase::kOn:
      return load;
  }
  SYNERGY_CHECK(false, "every phase has a load");
}

std::optional<StoreEvent> EnergyStore::due(double brown_out_uj, const Watch& watch) {
  if (powered() && charge_uj_ < brown_out_uj) {
    die();
    return StoreEvent::kDied;
  }
  if (!powered() && charge_uj_ >= wake_uj_) {
    phase_ = Phase::kBooting;
    boots_until_ = now_ + settings_->boot;
    return StoreEvent::kWoke;
  }
  if (phase_ == Phase::kBooting && now_ == boots_until_) {
    phase_ = Phase::kOn;
    return StoreEvent::kBooted;
  }
  if (charge_uj_ >= watch.rises_to_uj) return StoreEvent::kRose;
  if (charge_uj_ <= watch.falls_to_uj) return StoreEvent::kFell;
  return std::nullopt;
}

std::optional<StoreEvent> EnergyStore::step(ModelTime until, Load taken, double brown_out_uj,
                                            const Watch& watch) {
  using What = Ahead::What;
  const auto harvest = trace_->at(into_trace_ + (now_ - began_));
  const auto& converter = settings_->converter;
  Flow powers;
  powers.harvest = double(harvest.power_nw) / 1000;
  powers.stored = converter.stored_uw(harvest.power_nw, cold_);
  powers.load = taken.power_mw * 1000;
  powers.taken = converter.taken_uw(taken.power_mw);
  powers.quiescent = converter.quiescent_uw;
  const Course course{powers.stored - powers.taken - powers.quiescent, settings_->capacitor.decay_per_s()};

  auto end = until - now_;
  if (phase_ == Phase::kBooting) end = std::min(end, boots_until_ - now_);
  if (harvest.until != HarvestTrace::kForever)
    end = std::min(end, harvest.until - into_trace_ - (now_ - began_));
  Ahead ahead{end};
  const auto time_to = [&](double level) { return course.time_to(charge_uj_, level); };
  if (course.slope_uw(charge_uj_) < 0) {
    if (powered()) ahead.or_at(time_to(brown_out_uj), What::kDied, brown_out_uj);
    if (!cold_ && warm_uj_ > 0)
      ahead.or_at(charge_uj_ < warm_uj_ ? 0 : time_to(warm_uj_), What::kTurnsCold, warm_uj_);
    if (watch.falls_to_uj >= 0) ahead.or_at(time_to(watch.falls_to_uj), What::kFell, watch.falls_to_uj);
  } else if (course.slope_uw(charge_uj_) > 0) {
    if (!powered()) ahead.or_at(time_to(wake_uj_), What::kWake, wake_uj_);
    if (cold_) ahead.or_at(charge_uj_ >= warm_uj_ ? 0 : time_to(warm_uj_), What::kTurnsWarm, warm_uj_);
    if (watch.rises_to_uj <= most_uj_)
      ahead.or_at(time_to(watch.rises_to_uj), What::kRose, watch.rises_to_uj);
  }
  flow(ahead.time, powers);
  switch (ahead.what) {
    case What::kNone:
      return std::nullopt;
    case What::kDied:
      die();
      return StoreEvent::kDied;
    case What::kTurnsWarm:
    case What::kTurnsCold:
      cold_ = ahead.what == What::kTurnsCold;
      return std::nullopt;
    case What::kWake:
    case What::kRose:  // due() reports both; rounding must not leave the charge below the level
      charge_uj_ = std::max(charge_uj_, ahead.level_uj);
      return std::nullopt;
    case What::kFell:
      charge_uj_ = std::min(charge_uj_, ahead.level_uj);
      return std::nullopt;
  }
  SYNERGY_CHECK(false, "every event is dealt with");
}

void EnergyStore::flow(Duration time, const Flow& powers) {
  now_ += time;
  const double whole = seconds(time);
  const Course course{powers.stored - powers.taken - powers.quiescent, settings_->capacitor.decay_per_s()};
  // Freely until the capacitor is full or empty, then it stays so.
  const bool grows = course.slope_uw(charge_uj_) > 0;
  const auto bound = course.time_to(charge_uj_, grows ? most_uj_ : 0);
  const bool rests = course.slope_uw(charge_uj_) == 0;
  const double free = bound && !rests ? std::min(*bound, whole) : whole, held = whole - free;
  leaked_.add(course.leaked_uj(charge_uj_, free));
  charge_uj_ = std::clamp(course.after(charge_uj_, free), 0.0, most_uj_);
  used_.add(powers.load * whole);
  conversion_loss_.add((powers.harvest - powers.stored + powers.taken - powers.load) * whole);
  quiescent_.add(powers.quiescent * free);
  if (held <= 0) return;
  charge_uj_ = grows ? most_uj_ : 0;
  leaked_.add(course.decay_per_s * charge_uj_ * held);
  if (grows) {
    quiescent_.add(powers.quiescent * held);
    shunted_.add(course.slope_uw(charge_uj_) * held);
  } else {
    // Nobody is powered by an empty capacitor: the converter alone takes what comes.
    quiescent_.add((powers.stored - powers.taken) * held);
  }
}

void EnergyStore::die() { phase_ = Phase::kOff; }

void EnergyStore::retain() {
  SYNERGY_CHECK(phase_ == Phase::kOn, "a device that is on can go to sleep");
  phase_ = Phase::kRetained;
}

void EnergyStore::resume() {
  SYNERGY_CHECK(phase_ == Phase::kRetained, "a device that retains can resume");
  phase_ = Phase::kOn;
}

void EnergyStore::power_off() { phase_ = Phase::kOff; }

void EnergyStore::wake_at(double volts) {
  SYNERGY_CHECK(volts > settings_->thresholds.off_v && volts <= settings_->thresholds.max_v,
                "a device wakes between its lowest and its highest voltage");
  wake_uj_ = settings_->capacitor.charge_uj(volts);
}

void EnergyStore::stay_off() { wake_uj_ = std::numeric_limits<double>::infinity(); }

}  // namespace synergy::accel_model
