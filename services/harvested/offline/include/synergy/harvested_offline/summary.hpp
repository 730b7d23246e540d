// What `synergy intermittent run` says of a run.
#pragma once

#include <optional>
#include <string>

#include "synergy/harvested/run_report.hpp"
#include "synergy/harvested_offline/bound.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::harvested_offline {

struct RunSummary {
  std::string model, device, harvest, policy;
  double capacitance_uf = 0, time_s = 0;
  std::uint64_t inferences = 0;
  double inferences_per_hour = 0;
  std::optional<double> used_uj_per_inference;
  std::uint64_t deaths = 0, deaths_in_segment = 0, boots = 0, sleeps = 0, weight_loads = 0, saves = 0;
  double began_uj = 0, harvested_uj = 0;
  double conversion_loss_uj = 0, quiescent_uj = 0, used_uj = 0, leaked_uj = 0, shunted_uj = 0, stored_uj = 0;
  double imbalance = 0;
  double dead_s = 0, off_s = 0, booting_s = 0, on_s = 0, retained_s = 0;
  double bound_inferences = 0;
  BoundKind bound_by = BoundKind::kEnergy;
  double bound_uj_per_inference = 0, share_of_bound = 0;
  std::optional<std::uint64_t> inputs;
  std::optional<double> deadline_ms, share_within_deadline;
  std::optional<std::uint64_t> results_compared, results_wrong;

  static void fields(auto& f) {
    using R = RunSummary;
    f.required("model", &R::model, "its name");
    f.required("device", &R::device, "the profile's name");
    f.required("harvest", &R::harvest, "the recording's name");
    f.required("policy", &R::policy, "what decided");
    f.required("capacitance_uf", &R::capacitance_uf, "of the capacitor");
    f.required("time_s", &R::time_s, "model time that the run took");
    f.required("inferences", &R::inferences, "that ended, their results in the FRAM");
    f.required("inferences_per_hour", &R::inferences_per_hour, "in the mean over the run");
    f.required("used_uj_per_inference", &R::used_uj_per_inference, "used_uj / inferences; null: none ended");
    f.required("deaths", &R::deaths, "power was lost and nobody gave it up");
    f.required("deaths_in_segment", &R::deaths_in_segment, "of them, at work");
    f.required("boots", &R::boots, "starts after a loss of power");
    f.required("sleeps", &R::sleeps, "with the weights kept");
    f.required("weight_loads", &R::weight_loads, "into the accelerator");
    f.required("saves", &R::saves, "checkpoints, results among them");
    f.required("began_uj", &R::began_uj, "in the capacitor at the beginning");
    f.required("harvested_uj", &R::harvested_uj, "by the recording, before rectifier and converter");
    f.required("conversion_loss_uj", &R::conversion_loss_uj,
               "in rectifier and converters, before and behind the capacitor");
    f.required("quiescent_uj", &R::quiescent_uj, "taken by the input converter");
    f.required("used_uj", &R::used_uj, "by the load, behind the output converter");
    f.required("leaked_uj", &R::leaked_uj, "by the capacitor");
    f.required("shunted_uj", &R::shunted_uj, "that came while the capacitor was full");
    f.required("stored_uj", &R::stored_uj, "in the capacitor at the end");
    f.required("imbalance", &R::imbalance,
               "by how much began + harvested differ from all others, as a part of their sum");
    f.required("dead_s", &R::dead_s, "below the voltage where power is lost");
    f.required("off_s", &R::off_s, "above it, without power");
    f.required("booting_s", &R::booting_s, "starting");
    f.required("on_s", &R::on_s, "at work, or waking from sleep");
    f.required("retained_s", &R::retained_s, "asleep with the weights kept");
    f.required("bound_inferences", &R::bound_inferences, "that no policy passes in that time");
    f.required("bound_by", &R::bound_by,
               "cycle_program: the linear program over power cycles; energy: of an inference alone; time: of "
               "an inference alone; inputs: that came");
    f.required("bound_uj_per_inference", &R::bound_uj_per_inference,
               "the least of an inference, at the load");
    f.required("share_of_bound", &R::share_of_bound, "inferences / bound_inferences");
    f.required("inputs", &R::inputs, "that came; null: they were always at hand");
    f.required("deadline_ms", &R::deadline_ms, "from input to result; null: none was asked for");
    f.required("share_within_deadline", &R::share_within_deadline,
               "of the inputs that came, where one that is not done at the end is late; null: no deadline "
               "was asked for");
    f.required("results_compared", &R::results_compared,
               "with those of an uninterrupted run, byte by byte; null: no bytes travelled");
    f.required("results_wrong", &R::results_wrong, "of them, that differ; null: no bytes travelled");
  }
};

/// Counts, times and energies of a report that ended after 0; names, bound, deadline and bytes are the
/// caller's.
[[nodiscard]] RunSummary summary_of(const harvested::RunReport& report);

}  // namespace synergy::harvested_offline
