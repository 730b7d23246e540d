#include "synergy/planner_offline/benchmark.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "synergy/planner/measures.hpp"
#include "synergy/planner_offline/simulation.hpp"
#include "synergy/planner_offline/solve_report.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::planner_offline {
namespace {

using schemas::Objective;
using schemas::Residency;

constexpr std::array<std::string_view, 7> kBaselines{"min-dev",   "max-dev",     "pri-min-dev", "pri-max-dev",
                                                     "ind-model", "joint-model", "ind-e2e"};
constexpr std::array<std::string_view, 3> kOurs{"optimal-mixed", "optimal", "synergy"};

/// What rows have in common that may be compared with each other.
std::string case_of(const BenchRow& row) {
  return row.workload + ", " + row.link + ", " + std::string(schemas::name_of(row.objective)) +
         (row.overlap ? "" : ", without overlap");
}

/// Ours to theirs, as a factor.
double ratio_of(const BenchRow& ours, const BenchRow& theirs) {
  return *ours.objective_value / *theirs.objective_value;
}

/// Whether `a` is better than `b` by more than rounding.
bool is_ahead(const BenchRow& a, const BenchRow& b) {
  constexpr double kSame = 1e-6;
  return planner::more_is_better(a.objective) ? *a.objective_value > *b.objective_value * (1 + kSame)
                                              : *a.objective_value < *b.objective_value * (1 - kSame);
}

/// Ours with weights resident: what we would deploy.
const BenchRow* ours_in(const BenchReport& report, std::string_view policy, const std::string& in) {
  const BenchRow* found = nullptr;
  for (const auto& row : report.rows)
    if (row.policy == policy && case_of(row) == in && row.has_plan() &&
        (found == nullptr || row.residency == Residency::kResident))
      found = &row;
  return found;
}

void add_ratios(BenchReport& report) {
  std::map<std::tuple<std::string, std::string, Objective, Residency>, BenchRatio> all;
  for (const auto policy : kOurs)
    for (const auto& row : report.rows) {
      if (row.policy == policy) continue;
      const auto* ours = ours_in(report, policy, case_of(row));
      if (ours == nullptr) continue;
      auto& ratio = all[{std::string(policy), row.policy, row.objective, row.residency}];
      ratio.policy = policy;
      ratio.to = row.policy;
      ratio.objective = row.objective;
      ratio.residency = row.residency;
      if (!row.has_plan()) {
        ++ratio.oor;
        continue;
      }
      const double value = ratio_of(*ours, row);
      const bool more = planner::more_is_better(row.objective);
      const auto best = ratio.best.value_or(value), worst = ratio.worst.value_or(value);
      ratio.best = more ? std::max(best, value) : std::min(best, value);
      ratio.worst = more ? std::min(worst, value) : std::max(worst, value);
      ++ratio.cases;
      ratio.ratio = ratio.ratio.value_or(0) + (value - ratio.ratio.value_or(0)) / double(ratio.cases);
    }
  for (auto& [key, ratio] : all) report.ratios.push_back(ratio);
}

void add_headlines(BenchReport& report) {
  for (const auto policy : kOurs)
    for (const auto objective : {Objective::kRounds, Objective::kLatency, Objective::kEnergy})
      for (const auto residency : {Residency::kResident, Residency::kReload}) {
        Headline line{std::string(policy), objective, residency, 0, 0, 0};
        double sum = 0;
        for (const auto& ratio : report.ratios) {
          if (ratio.policy != policy || ratio.objective != objective || ratio.residency != residency ||
              !is_baseline(ratio.to) || !ratio.ratio)
            continue;
          line.cases += ratio.cases;
          sum += *ratio.ratio * double(ratio.cases);
        }
        if (line.cases == 0) continue;
        const double mean = sum / double(line.cases);
        line.ours = objective == Objective::kRounds ? mean : (mean - 1) * 100;
        line.paper = objective == Objective::kRounds    ? 23.0
                     : objective == Objective::kLatency ? -73.9
                                                        : -15.8;
        report.headlines.push_back(line);
      }
}

void add_behind(BenchReport& report) {
  for (const auto& ours : report.rows) {
    const bool mixed = ours.policy == "optimal-mixed";
    if (!mixed && ours.policy != "optimal") continue;
    for (const auto& row : report.rows) {
      if ((row.policy == "optimal-mixed" && !mixed) || row.residency != ours.residency ||
          case_of(row) != case_of(ours) || !row.has_plan())
        continue;
      if (!ours.has_plan() || is_ahead(row, ours))
        report.behind.push_back(case_of(row) + ": " + ours.policy + " behind " + row.policy);
    }
  }
}

class Bench {
 public:
  explicit Bench(const BenchSettings& settings) : settings_(settings) {
    for (const auto& workload : settings.workloads)
      all_ += workload.links.size() * settings.policies.size() * settings.objectives.size() *
              settings.overlaps.size() * settings.residencies.size();
  }

  Status run(BenchReport& report) {
    for (const auto& workload : settings_.workloads)
      for (const auto& link : workload.links) {
        const auto problem = read_problem(question_of(settings_.deploy, workload, link));
        if (!problem) return problem.error();
        for (const auto objective : settings_.objectives)
          for (const bool overlap : settings_.overlaps)
            for (const auto residency : settings_.residencies)
              for (const auto& policy : settings_.policies) {
                planner::SolveOptions options;
                options.policy = policy;
                options.objective = objective;
                options.overlap = overlap;
                options.residency = residency;
                options.max_chunks = settings_.max_chunks;
                report.rows.push_back(row_of(workload.name, *problem, options));
                if (settings_.progress)
                  settings_.progress(++done_, all_, workload.name + " " + link + " " + policy);
              }
      }
    return {};
  }

 private:
  BenchRow row_of(const std::string& workload, const planner::Problem& problem,
                  const planner::SolveOptions& options) {
    const double begin = settings_.now_us();
    const auto outcome = planner::solve(problem, options, settings_.budget(options));
    const auto solved = make_report(problem, options, outcome, settings_.now_us() - begin);
    BenchRow row;
    row.workload = workload;
    row.link = problem.body.link.name;
    row.policy = options.policy;
    row.objective = options.objective;
    row.overlap = options.overlap;
    row.residency = options.residency;
    row.status = solved.status;
    row.stopped_by = solved.stopped_by;
    row.nodes = solved.nodes;
    row.objective_value = solved.objective_value;
    row.bound = solved.bound;
    row.gap = solved.gap;
    row.rounds_per_second = solved.rounds_per_second;
    row.latency_us = solved.latency_us;
    row.energy_uj = solved.energy_uj;
    row.planning_us = solved.planning_us;
    row.planning_ms = solved.planning_ms;
    if (!row.has_plan()) row.reason = solved.reason;
    if (!row.has_plan()) return row;
    for (const auto& pipeline : outcome.plan.pipelines)
      row.rates.push_back({pipeline.app, pipeline.runs_per_second, {}});
    if (settings_.virtual_rounds == 0) return row;
    const auto ran = simulate(problem, outcome.plan, settings_.virtual_rounds);
    if (!ran) return row;
    row.virtual_rounds_per_second = ran->rounds_per_second;
    for (std::size_t p = 0; p < row.rates.size(); ++p)
      row.rates[p].virtual_runs_per_second = ran->pipelines[p].runs_per_second;
    return row;
  }

  const BenchSettings& settings_;
  std::size_t done_ = 0, all_ = 0;
};

std::string csv_number(const std::optional<double>& value) {
  if (!value) return "";
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", *value);
  return text;
}

std::string csv_text(const std::string& value) {
  std::string text = "\"";
  for (const char c : value) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

/// "kws=101.74; unet=17.74"
std::string rates_text(const BenchRow& row) {
  std::string text;
  for (const auto& rate : row.rates)
    text += (text.empty() ? "" : "; ") + rate.app.text() + "=" + csv_number(rate.runs_per_second);
  return text;
}

}  // namespace

bool is_baseline(std::string_view policy) {
  return std::find(kBaselines.begin(), kBaselines.end(), policy) != kBaselines.end();
}

void summarise(BenchReport& report) {
  add_ratios(report);
  add_headlines(report);
  add_behind(report);
}

Result<BenchReport> run_benchmark(const BenchSettings& settings) {
  BenchReport report;
  if (auto status = Bench(settings).run(report); !status) return status.error();
  summarise(report);
  return report;
}

std::string to_csv(const BenchReport& report) {
  std::string text =
      "workload,link,policy,objective,overlap,residency,status,stopped_by,objective_value,bound,gap,"
      "rounds_per_second,latency_us,energy_uj,planning_ms,nodes,virtual_rounds_per_second,reason,planning_"
      "us,rates\n";
  for (const auto& row : report.rows) {
    text += row.workload + "," + row.link + "," + row.policy + "," +
            std::string(schemas::name_of(row.objective)) + "," + (row.overlap ? "on" : "off") + "," +
            std::string(schemas::name_of(row.residency)) + "," + std::string(schemas::name_of(row.status)) +
            "," + (row.stopped_by ? std::string(schemas::name_of(*row.stopped_by)) : "");
    for (const auto& value :
         {row.objective_value, row.bound, row.gap, row.rounds_per_second, row.latency_us, row.energy_uj,
          std::optional(row.planning_ms), std::optional(double(row.nodes)), row.virtual_rounds_per_second})
      text += "," + csv_number(value);
    text += "," + csv_text(row.reason) + "," + csv_number(row.planning_us) + "," + csv_text(rates_text(row)) +
            "\n";
  }
  return text;
}

}  // namespace synergy::planner_offline

template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::planner_offline::BenchReport>();
