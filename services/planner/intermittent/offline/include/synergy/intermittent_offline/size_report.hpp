// What `synergy intermittent size` says: how large a capacitor a model needs on a device, and how large the
// best one is.
//
// A small capacitor gives little work for each load of weights; a large one leaks more (R C is its kind's,
// whatever its size). Between them lies the best. The sweep goes through the sizes that are sold (E6: 1, 1.5,
// 2.2, 3.3, 4.7, 6.8 in each decade) from the smallest that does.
//
// What a reader gets wrong: inferences per hour are what the harvest pays for in the mean, not a run. Nothing
// is lost where the capacitor is full, or while a device starts cold.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/intermittent_offline/case.hpp"
#include "synergy/intermittent_offline/plan.hpp"

namespace synergy::intermittent_offline {

/// The smallest capacitor for one way to cut an inference.
struct SizeLine {
  std::string cut;
  std::optional<double> need_uj, smallest_uf;
  std::string layers, reason;
  static void fields(auto& f) {
    using L = SizeLine;
    f.required("cut", &L::cut, "whole: at once; layer: piece by piece; best: once, sequence and batch");
    f.required("need_uj", &L::need_uj, "of the dearest power cycle, at the load; null: it is not possible");
    f.required("smallest_uf", &L::smallest_uf, "capacitor that gives it; null: none up to 1 F does");
    f.required("layers", &L::layers, "of that power cycle");
    f.required("reason", &L::reason, "why there is none; empty: there is one");
  }
};

/// One policy with one capacitor.
struct SweepLine {
  double capacitance_uf = 0;
  PolicyClass policy = PolicyClass::kOnce;
  double capacity_uj = 0, energy_uj_per_inference = 0, leakage_uw = 0, net_uw = 0;
  std::optional<double> inferences_per_hour;
  static void fields(auto& f) {
    using L = SweepLine;
    f.required("capacitance_uf", &L::capacitance_uf, "of the capacitor");
    f.required("policy", &L::policy, "once, sequence or batch");
    f.required("capacity_uj", &L::capacity_uj, "that a power cycle is planned with, at the load");
    f.required("energy_uj_per_inference", &L::energy_uj_per_inference, "at the load, in the long run");
    f.required("leakage_uw", &L::leakage_uw, "at the wake threshold");
    f.required("net_uw", &L::net_uw, "that the mean harvest leaves; below 0: it does not pay for leakage");
    f.required("inferences_per_hour", &L::inferences_per_hour,
               "that the mean harvest pays for; null: it does not pay for leakage and converter");
  }
};

struct SizeReport {
  std::string model, device, harvest;
  std::vector<SizeLine> sizes;
  std::vector<SweepLine> sweep;
  std::optional<SweepLine> best;
  static void fields(auto& f) {
    using R = SizeReport;
    f.required("model", &R::model, "its name");
    f.required("device", &R::device, "the profile's name");
    f.required("harvest", &R::harvest, "the recording's name");
    f.required("sizes", &R::sizes, "the smallest capacitors, all else as on the device");
    f.required("sweep", &R::sweep, "every policy with every capacitor, from small to large");
    f.required("best", &R::best,
               "the most inferences per hour, then the smallest; null: the harvest pays for none");
  }
};

/// The sweep as lines of CSV.
struct SweepRows {
  std::vector<SweepLine> sweep;
  static void fields(auto& f) { f.required("sweep", &SweepRows::sweep, "as SizeReport's"); }
};

/// E6 values from 1 uF on between `least` and `most`, with `least` itself before them.
[[nodiscard]] std::vector<double> sold_capacitors_uf(double least, double most);

/// `up_to_uf` ends the sweep, which is empty where the smallest capacitor lies above it. Fails with kNoFit
/// where the accelerator runs no set of ranges that covers the model, or no capacitor up to 1 F does; with
/// kInvalid as the policies.
[[nodiscard]] Result<SizeReport> size(const Case& given, double up_to_uf);

}  // namespace synergy::intermittent_offline
