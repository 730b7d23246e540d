// What `synergy intermittent solve` says: the power cycles of a model on a device, and what they cost.
//
// What a reader gets wrong: `bound_uj` is a bound on all policies whose power cycles begin with the energy
// for all they do (cycle_program.hpp). A policy that keeps weights while it waits, or goes on with what it
// harvests meanwhile, is none of them.
#pragma once

#include <string>
#include <vector>

#include "synergy/intermittent_offline/case.hpp"
#include "synergy/intermittent_offline/plan.hpp"

namespace synergy::intermittent_offline {

struct SegmentLine {
  std::uint64_t power_cycle = 0, first_layer = 0, last_layer = 0, inputs = 0;
  double power_cycle_uj = 0, power_cycle_ms = 0;
  static void fields(auto& f) {
    using L = SegmentLine;
    f.required("power_cycle", &L::power_cycle, "from 1; one may run several segments");
    f.required("first_layer", &L::first_layer, "from 0");
    f.required("last_layer", &L::last_layer, "it runs the layers from first to last");
    f.required("inputs", &L::inputs, "that it takes through them");
    f.required("power_cycle_uj", &L::power_cycle_uj, "of the whole power cycle, at the load");
    f.required("power_cycle_ms", &L::power_cycle_ms, "of the whole power cycle, from boot to commit");
  }
};

/// A plan of `batch` with another limit.
struct FrontLine {
  std::uint64_t most_inputs = 0, power_cycles = 0, latency_inferences = 0, queue_bytes = 0;
  double energy_uj_per_inference = 0, latency_s = 0;
  static void fields(auto& f) {
    using L = FrontLine;
    f.required("most_inputs", &L::most_inputs, "the limit");
    f.required("energy_uj_per_inference", &L::energy_uj_per_inference, "in the long run");
    f.required("latency_s", &L::latency_s,
               "that an input waits for its result, at most, at the mean harvest");
    f.required("latency_inferences", &L::latency_inferences, "the same, in inferences");
    f.required("power_cycles", &L::power_cycles, "segments");
    f.required("queue_bytes", &L::queue_bytes, "FRAM that all queues take");
  }
};

struct SolveReport {
  std::string model, device, harvest;
  PolicyClass policy = PolicyClass::kOnce;
  std::vector<SegmentLine> segments;
  double energy_uj_per_inference = 0, bound_uj = 0, above_bound = 0;
  double power_cycles_per_inference = 0, on_ms_per_inference = 0;
  double capacitance_uf = 0, capacity_uj = 0, smallest_capacitor_uf = 0;
  double harvest_uw = 0, low_harvest_uw = 0, quiescent_uw = 0, leakage_uw = 0;
  std::optional<double> inferences_per_hour, low_inferences_per_hour;
  std::optional<std::uint64_t> latency_inferences, queue_bytes;
  std::vector<FrontLine> front;

  static void fields(auto& f) {
    using R = SolveReport;
    f.required("model", &R::model, "its name");
    f.required("device", &R::device, "the profile's name");
    f.required("harvest", &R::harvest, "the recording's name");
    f.required("policy", &R::policy, "once, sequence or batch");
    f.required("segments", &R::segments, "in the order in which they run");
    f.required("energy_uj_per_inference", &R::energy_uj_per_inference, "at the load, in the long run");
    f.required("bound_uj", &R::bound_uj,
               "no policy of such power cycles takes less for each inference with this capacitor");
    f.required("above_bound", &R::above_bound, "how far the plan is above the bound, as a part of it");
    f.required("power_cycles_per_inference", &R::power_cycles_per_inference, "in the long run");
    f.required("on_ms_per_inference", &R::on_ms_per_inference, "for which the device is on");
    f.required("capacitance_uf", &R::capacitance_uf, "of the capacitor");
    f.required("capacity_uj", &R::capacity_uj, "that a power cycle is planned with, at the load");
    f.required("smallest_capacitor_uf", &R::smallest_capacitor_uf,
               "with which any policy ends an inference; all else as on this device");
    f.required("harvest_uw", &R::harvest_uw, "that reaches the capacitor, in the mean");
    f.required("low_harvest_uw", &R::low_harvest_uw, "what four minutes of five have or pass");
    f.required("quiescent_uw", &R::quiescent_uw, "what the converter takes");
    f.required("leakage_uw", &R::leakage_uw, "what leaks at the wake threshold");
    f.required("inferences_per_hour", &R::inferences_per_hour,
               "that the mean harvest pays for; null: it does not pay for leakage and converter");
    f.required("low_inferences_per_hour", &R::low_inferences_per_hour,
               "that the low harvest pays for; null: as above");
    f.required("latency_inferences", &R::latency_inferences,
               "batch: inferences that an input waits for its result, at most; null: another policy");
    f.required("queue_bytes", &R::queue_bytes, "batch: FRAM that all queues take; null: another policy");
    f.required("front", &R::front, "batch, where asked for: energy against latency");
  }
};

struct SolveOptions {
  PolicyClass policy = PolicyClass::kBatch;
  std::int64_t most_inputs = intermittent::kMostInputs;  ///< of `batch`
  bool front = false;                                    ///< of `batch`
};

/// Fails with kNoFit where no inference ever ends: the capacitor is too small (the message names the layers,
/// what they need and the smallest that would do), or the device never wakes on this harvest (the message
/// tells both powers). Fails with kInvalid as the policies, and for a front without a net harvest.
[[nodiscard]] Result<SolveReport> solve(const Case& given, const SolveOptions& options);

}  // namespace synergy::intermittent_offline
