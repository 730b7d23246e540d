#include "synergy/harvested/run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "no_progress.hpp"
#include "synergy/base/check.hpp"

namespace synergy::harvested {
namespace {

using accel_model::EnergyStore;
using accel_model::HarvestTrace;
using accel_model::PowerState;
using accel_model::StoreEvent;

power::LedgerLayout layout_of(const Chain& chain, const Policy& policy, const Network* network) {
  const auto places = policy.places();
  power::LedgerLayout layout;
  for (std::uint32_t b = 1; b <= chain.pieces(); ++b)
    layout.boundaries.push_back({network != nullptr ? network->bytes_at(b) : 0, places[b - 1]});
  return layout;
}

/// Of the tensors at clean cuts. Whoever brings inputs has room for them.
Status check_fram(const Chain& chain, const Policy& policy) {
  std::uint64_t bytes = 0;
  const auto places = policy.places();
  for (std::uint32_t b = 1; b <= chain.pieces(); ++b) bytes += chain.kept_bytes[b] * places[b - 1];
  if (bytes <= chain.fram_bytes) return {};
  return Error{ErrorCode::kNoFit, chain.label + ": its tensors take " + std::to_string(bytes) +
                                      " bytes of FRAM, and there are " + std::to_string(chain.fram_bytes) +
                                      "; take a larger FRAM, or another policy"};
}

Status check_settings(const Chain& chain, const DeviceFigures& device, const RunSettings& settings,
                      const Network* network) {
  if (auto checked = check_device(chain, device.store); !checked) return checked;
  if (settings.length <= Duration::zero()) return Error{ErrorCode::kInvalid, "a run has a length above 0"};
  if (settings.into_trace < Duration::zero())
    return Error{ErrorCode::kInvalid, "a run does not begin before its trace"};
  if (!(settings.volts >= 0 && settings.volts <= device.store.thresholds.max_v))
    return Error{ErrorCode::kInvalid, "a store begins between 0 V and its highest voltage"};
  if (device.resume.time <= Duration::zero() || device.resume.energy < 0)
    return Error{ErrorCode::kInvalid, "waking from sleep takes time, and no energy below 0"};
  if (settings.arrivals && !std::is_sorted(settings.arrivals->begin(), settings.arrivals->end()))
    return Error{ErrorCode::kInvalid, "arrivals of inputs ascend"};
  if (network == nullptr) return {};
  if (!settings.input) return Error{ErrorCode::kInvalid, "a network needs inputs; give RunSettings::input"};
  if (network->pieces() != chain.pieces())
    return Error{ErrorCode::kInvalid, chain.label + ": network and chain have other boundaries"};
  return {};
}

class Run {
 public:
  Run(const Chain& chain, const DeviceFigures& device, const HarvestTrace& trace, Policy& policy,
      const RunSettings& settings, Network* network)
      : device_(device),
        trace_(trace),
        policy_(policy),
        settings_(settings),
        network_(network),
        layout_(layout_of(chain, policy, network)),
        fram_(layout_),
        ledger_(std::in_place, layout_, fram_),
        domain_(chain.pieces(), network, device.retention_keeps_data),
        store_(device.store, trace, {.at = {}, .into_trace = settings.into_trace, .volts = settings.volts}),
        end_(settings.length) {}

  RunReport go() {
    note();
    while (!over()) {
      if (powered_)
        follow(policy_.next(view()));
      else
        wait_for_power();
    }
    report_.end = store_.now();
    report_.books = store_.books();
    note();
    return std::move(report_);
  }

 private:
  [[nodiscard]] ModelTime now() const { return store_.now(); }
  [[nodiscard]] bool over() const {
    const auto most = settings_.arrivals ? settings_.arrivals->size() : settings_.most_inferences;
    return now() >= end_ || (most > 0 && report_.inferences() >= most);
  }
  [[nodiscard]] std::uint64_t inputs() const {
    constexpr auto kAlways = std::uint64_t{1} << 40;
    auto come = settings_.most_inferences > 0 ? settings_.most_inferences : kAlways;
    if (const auto& arrivals = settings_.arrivals)
      come = std::uint64_t(std::upper_bound(arrivals->begin(), arrivals->end(), now().time_since_epoch()) -
                           arrivals->begin());
    return come - std::min(come, ledger_->inputs_taken());
  }
  [[nodiscard]] Duration in_trace(ModelTime time) const {
    return settings_.into_trace + time.time_since_epoch();
  }
  [[nodiscard]] double stored_uw(std::uint64_t harvest_nw) const {
    return device_.store.converter.stored_uw(harvest_nw, false);
  }
  [[nodiscard]] View view() const {
    constexpr Duration kRecent = std::chrono::minutes(1);
    const auto harvest = trace_.at(in_trace(now())).power_nw;
    auto recent = harvest;
    const auto past = std::min(kRecent, now().time_since_epoch());
    if (past > Duration::zero())
      recent = std::uint64_t(trace_.energy(in_trace(now()) - past, in_trace(now())) / past.count());
    return {now(), store_.charge_uj(), stored_uw(harvest), stored_uw(recent), domain_, *ledger_, inputs()};
  }

  void tell(const EnergyStore& store) const {
    if (settings_.point) settings_.point({store.now(), store.charge_uj(), store.state()});
  }
  void note() {
    if (settings_.keep_points) report_.points.push_back({now(), store_.charge_uj(), store_.state()});
    tell(store_);
  }
  /// For note_since(): nothing where nobody wants points in between.
  [[nodiscard]] std::optional<EnergyStore> before() const {
    if (!settings_.point || settings_.point_every <= Duration::zero()) return std::nullopt;
    return store_;
  }
  /// What happened between the copy and now happens again to the copy, a little at a time.
  void note_since(std::optional<EnergyStore> copy, accel_model::Load load) const {
    while (copy && now() - copy->now() > settings_.point_every) {
      (void)copy->advance(copy->now() + settings_.point_every, load);
      tell(*copy);
    }
  }
  /// Time passes in the state that the store is in.
  StoreEvent pass(ModelTime until, accel_model::Load load, accel_model::Watch watch = {}) {
    const auto from = now();
    const auto state = store_.state();
    auto copy = before();
    const auto event = store_.advance(std::min(until, end_), load, watch).event;
    report_.time_in[std::size_t(state)] += now() - from;
    note_since(std::move(copy), load);
    note();
    return event;
  }

  /// The share of its time after which the event that begins now is cut short.
  std::optional<double> failure() {
    const auto event = report_.events++;
    return settings_.fails ? settings_.fails(event) : std::nullopt;
  }
  [[nodiscard]] static Duration share_of(Duration time, double share) {
    return Duration(std::llround(double(time.count()) * share));
  }

  void wait_for_power();
  void boot();
  void follow(const Decision& decision) {
    if (const auto* work = std::get_if<Work>(&decision)) {
      SYNERGY_CHECK(!work->steps.empty(), "work is something to do");
      for (const auto& step : work->steps)
        if (!do_step(step) || over()) return;
    } else if (const auto* sleep = std::get_if<Sleep>(&decision)) {
      go_to_sleep(*sleep);
    } else {
      store_.power_off();
      lose_power();
    }
  }
  bool do_step(const Step& step);
  void perform(const Step& step);
  void save();
  void go_to_sleep(const Sleep& sleep);
  void wake_up();
  [[nodiscard]] StoreEvent asleep(EnergyStore& store, const Sleep& sleep, ModelTime limit) const;

  /// All that is volatile is gone; what is in FRAM is looked up anew.
  void lose_power() {
    powered_ = false;
    domain_.lose_power();
    policy_.power_lost();
    ledger_.emplace(layout_, fram_);
    collect();
    note();
  }
  void die(bool at_work) {
    ++report_.deaths;
    if (at_work) ++report_.deaths_in_segment;
    lose_power();
  }
  void fail_by_injection() {
    ++report_.failures_injected;
    store_.power_off();
    lose_power();
  }
  /// Of a save that power did not last for.
  void tear(const Step& step, double share) {
    const auto* tensor = domain_.sram();
    if (step.kind != StepKind::kSave || tensor == nullptr) return;
    const auto all = ledger_->bytes_of_move(tensor->boundary);
    (void)ledger_->move(tensor->origin, tensor->boundary, tensor->bytes,
                        std::uint64_t(double(all) * std::clamp(share, 0.0, 1.0)));
  }
  /// Whoever reads results takes those that it does not have.
  void collect() {
    while (report_.inferences() < ledger_->results()) {
      const auto number = report_.inferences();
      const auto bytes = ledger_->read(ledger_->last(), number);
      report_.results.push_back({number, now(), {bytes.begin(), bytes.end()}});
    }
  }

  const DeviceFigures& device_;
  const HarvestTrace& trace_;
  Policy& policy_;
  const RunSettings& settings_;
  Network* network_;
  const power::LedgerLayout layout_;
  power::LedgerMemory fram_;
  std::optional<power::TensorLedger> ledger_;
  PowerDomain domain_;
  EnergyStore store_;
  ModelTime end_;
  bool powered_ = false;
  RunReport report_;
};

void Run::wait_for_power() {
  auto until = end_;
  if (policy_.has_work(view())) {
    store_.wake_at(device_.store.thresholds.on_v);
  } else {
    store_.stay_off();
    const auto& arrivals = settings_.arrivals;
    SYNERGY_CHECK(arrivals, "inputs that are always at hand are work");
    const auto next = std::upper_bound(arrivals->begin(), arrivals->end(), now().time_since_epoch());
    if (next != arrivals->end()) until = std::min(until, ModelTime{*next});
  }
  while (now() < until) {
    // `dead` and `off` differ by the charge alone; time in each is told apart at the border.
    const double border = device_.store.brown_out_uj(0);
    accel_model::Watch watch;
    if (store_.charge_uj() < border)
      watch.rises_to_uj = border;
    else
      watch.falls_to_uj = std::nextafter(border, 0.0);
    if (pass(until, {}, watch) == StoreEvent::kWoke) return boot();
  }
}

void Run::boot() {
  ++report_.boots;
  const auto failure_at = failure();
  const auto until = now() + share_of(device_.store.boot, failure_at.value_or(1));
  const auto event = pass(until, {});
  if (event == StoreEvent::kDied) return die(false);
  if (failure_at) return fail_by_injection();
  powered_ = event == StoreEvent::kBooted;
}

bool Run::do_step(const Step& step) {
  const auto time = step.cost.time;
  if (time > Duration::zero()) {
    const auto begin = now();
    const auto failure_at = failure();
    const auto event =
        pass(begin + share_of(time, failure_at.value_or(1)), load_of(device_.store, step.cost));
    if (event == StoreEvent::kDied) {
      tear(step, double((now() - begin).count()) / double(time.count()));
      die(true);
      return false;
    }
    if (failure_at) {
      tear(step, *failure_at);
      fail_by_injection();
      return false;
    }
    if (now() - begin < time) return false;  // the run is over
  }
  perform(step);
  return true;
}

void Run::perform(const Step& step) {
  switch (step.kind) {
    case StepKind::kWeights:
      ++report_.weight_loads;
      return domain_.load_weights(step.loaded, step.range);
    case StepKind::kRegisters:
      return domain_.write_registers(step.range);
    case StepKind::kRestore: {
      const auto at = step.range.from;
      const auto number = ledger_->oldest(at);
      SYNERGY_CHECK(at > 0 || inputs() > 0, "an input is taken when it has come");
      Bytes bytes;
      if (network_ != nullptr && at == 0) bytes = settings_.input(number);
      if (at > 0) {
        const auto kept = ledger_->read(at, number);
        bytes.assign(kept.begin(), kept.end());
      }
      return domain_.restore({at, at, number, std::move(bytes)});
    }
    case StepKind::kLoad:
      return domain_.load();
    case StepKind::kCompute:
      return domain_.compute(step.range);
    case StepKind::kUnload:
      return domain_.unload();
    case StepKind::kSave:
      return save();
  }
}

void Run::save() {
  const auto* tensor = domain_.sram();
  SYNERGY_CHECK(tensor != nullptr, "a policy saves what it has");
  const auto saved = ledger_->move(tensor->origin, tensor->boundary, tensor->bytes);
  SYNERGY_CHECK(saved, "power holds while a save ends");
  domain_.saved();
  ++report_.saves;
  collect();
}

StoreEvent Run::asleep(EnergyStore& store, const Sleep& sleep, ModelTime limit) const {
  const accel_model::Watch watch{sleep.rises_to_uj, sleep.falls_to_uj};
  for (;;) {
    auto until = limit;
    if (sleep.harvest_below_uw > 0) {
      const auto harvest = trace_.at(in_trace(store.now()));
      if (stored_uw(harvest.power_nw) < sleep.harvest_below_uw) return StoreEvent::kReached;
      if (harvest.until != HarvestTrace::kForever)
        until = std::min(until, ModelTime{harvest.until - settings_.into_trace});
    }
    const auto event = store.advance(until, {}, watch).event;
    if (event != StoreEvent::kReached || store.now() == limit) return event;
  }
}

void Run::go_to_sleep(const Sleep& sleep) {
  ++report_.sleeps;
  store_.retain();
  domain_.retain();
  note();
  const auto begin = now();
  auto limit = sleep.longest < end_ - begin ? begin + sleep.longest : end_;
  const auto failure_at = failure();
  if (failure_at) {
    auto copy = store_;
    (void)asleep(copy, sleep, limit);
    limit = begin + share_of(copy.now() - begin, *failure_at);
  }
  auto copy = before();
  const auto event = asleep(store_, sleep, limit);
  note_since(std::move(copy), {});
  report_.time_in[std::size_t(PowerState::kRetained)] += now() - begin;
  note();
  if (event == StoreEvent::kDied) return die(false);
  if (failure_at) return fail_by_injection();
  if (!over()) wake_up();
}

void Run::wake_up() {
  store_.resume();
  note();
  const auto begin = now();
  const auto failure_at = failure();
  const auto until = begin + share_of(device_.resume.time, failure_at.value_or(1));
  if (pass(until, load_of(device_.store, device_.resume)) == StoreEvent::kDied) return die(false);
  if (failure_at) fail_by_injection();
}

}  // namespace

Result<RunReport> run(const Chain& chain, const DeviceFigures& device, const HarvestTrace& trace,
                      Policy& policy, const RunSettings& settings, Network* network) {
  if (auto checked = check_settings(chain, device, settings, network); !checked) return checked.error();
  if (auto checked = check_fram(chain, policy); !checked) return checked.error();
  if (auto why = why_no_progress(chain, device, trace, policy, settings.volts); !why.empty()) {
    RunReport report;
    report.no_progress = std::move(why);
    return report;
  }
  return Run(chain, device, trace, policy, settings, network).go();
}

}  // namespace synergy::harvested
