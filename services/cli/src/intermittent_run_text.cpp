#include "synergy/cli/intermittent_run_text.hpp"

#include <cstdio>

#include "synergy/client/table.hpp"

namespace synergy::cli {
namespace {

using client::fixed;
using client::Table;
using harvested_offline::BoundKind;
using harvested_offline::RunSummary;

std::string percent(double share, int decimals) { return fixed(100 * share, decimals) + " %"; }

std::string bound_text(BoundKind kind) {
  switch (kind) {
    case BoundKind::kCycleProgram:
      return "no policy of power cycles that share nothing but the FRAM";
    case BoundKind::kEnergy:
      return "nobody, with weights always there,";
    case BoundKind::kTime:
      return "nobody, computing all the time,";
    case BoundKind::kInputs:
      break;
  }
  return "nobody, with the inputs that came,";
}

std::string inferences_text(const RunSummary& summary) {
  auto text = "inferences  " + std::to_string(summary.inferences) + " in " + fixed(summary.time_s, 1) + " s";
  if (summary.inputs) text += ", of " + std::to_string(*summary.inputs) + " inputs";
  text += ": " + fixed(summary.inferences_per_hour, 1) + " per hour";
  if (summary.used_uj_per_inference)
    text += ", " + fixed(*summary.used_uj_per_inference, 1) + " uJ at the load for each";
  return text + "\n";
}

std::string counts_text(const RunSummary& summary) {
  const auto n = [](std::uint64_t count) { return std::to_string(count); };
  return "power       " + n(summary.boots) + " boots, " + n(summary.deaths) + " deaths (" +
         n(summary.deaths_in_segment) + " at work), " + n(summary.sleeps) + " sleeps\n" + "work        " +
         n(summary.weight_loads) + " weight loads, " + n(summary.saves) + " saves\n";
}

std::string times_text(const RunSummary& summary) {
  Table table({"STATE", "SECONDS", "OF THE TIME"});
  const auto add = [&](const char* state, double seconds) {
    table.add({state, fixed(seconds, 3), percent(seconds / summary.time_s, 2)});
  };
  add("on", summary.on_s);
  add("booting", summary.booting_s);
  add("retained", summary.retained_s);
  add("off", summary.off_s);
  add("dead", summary.dead_s);
  return table.text();
}

std::string energies_text(const RunSummary& summary) {
  Table table({"ENERGY", "UJ", "OF ALL"});
  const double all = summary.began_uj + summary.harvested_uj;
  const auto add = [&](const char* what, double uj) {
    table.add({what, fixed(uj, 1), all > 0 ? percent(uj / all, 1) : "-"});
  };
  add("began with", summary.began_uj);
  add("harvested", summary.harvested_uj);
  add("  lost in converters", summary.conversion_loss_uj);
  add("  input converter", summary.quiescent_uj);
  add("  used by the load", summary.used_uj);
  add("  leaked", summary.leaked_uj);
  add("  shunted", summary.shunted_uj);
  add("  stored at the end", summary.stored_uj);
  return table.text();
}

}  // namespace

std::string to_text(const RunSummary& summary) {
  auto text = "model " + summary.model + " on " + summary.device + ", harvest " + summary.harvest + "\n" +
              "policy " + summary.policy + ", capacitor " + fixed(summary.capacitance_uf, 1) + " uF\n\n" +
              inferences_text(summary) + "bound       " + fixed(summary.bound_inferences, 1) + ": " +
              bound_text(summary.bound_by) + " has more (" + fixed(summary.bound_uj_per_inference, 1) +
              " uJ each); this is " + percent(summary.share_of_bound, 1) + " of it\n";
  if (summary.deadline_ms)
    text += "deadline    " + percent(*summary.share_within_deadline, 1) + " of the inputs within " +
            fixed(*summary.deadline_ms, 1) + " ms\n";
  if (summary.results_compared)
    text += "bytes       " + std::to_string(*summary.results_compared) +
            " results compared with those of an " + "uninterrupted run, " +
            std::to_string(*summary.results_wrong) + " differ\n";
  char imbalance[32];
  std::snprintf(imbalance, sizeof imbalance, "%.0e", summary.imbalance);
  return text + counts_text(summary) + "\n" + times_text(summary) + "\n" + energies_text(summary) +
         "balance: in and out differ by " + imbalance + " of their sum\n";
}

}  // namespace synergy::cli
