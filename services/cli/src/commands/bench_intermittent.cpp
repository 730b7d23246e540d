// bench intermittent: every policy of a device without a battery, on harvested power.
#include <memory>

#include "../write_text.hpp"
#include "flags.hpp"
#include "synergy/base/duration_text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/intermittent_bench_text.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/harvested_bench/benchmark.hpp"
#include "synergy/harvested_bench/chart.hpp"
#include "synergy/harvested_offline/virtual_run.hpp"

namespace synergy::cli {
namespace {

using harvested_bench::BenchReport;
using harvested_bench::BenchSettings;

struct IntermittentBenchFlags {
  std::vector<std::string> tables, models, traces;
  std::vector<double> capacitors;
  std::string device = BenchSettings{}.device, output = "run", longest;
  bool quick = false;
};

Result<Duration> longest_run(const std::string& text) {
  return parse_duration(text, std::chrono::seconds(1), harvested_offline::kLongestRun);
}

BenchSettings settings_of(const Shared& shared, const IntermittentBenchFlags& flags) {
  auto settings = flags.quick ? harvested_bench::quick_settings() : BenchSettings{};
  settings.deploy = documents::DeployFolder(shared.deploy_folder);
  settings.device = flags.device;
  if (!flags.tables.empty()) settings.tables.clear();
  for (const auto& table : flags.tables) settings.tables.insert(table.front());
  if (!flags.models.empty()) settings.models = flags.models;
  if (!flags.capacitors.empty()) settings.capacitors_uf = flags.capacitors;
  if (!flags.traces.empty()) settings.traces = flags.traces;
  if (!flags.longest.empty()) settings.longest = *longest_run(flags.longest);
  return settings;
}

template <class Row>
std::string csv_of(const std::vector<Row>& rows) {
  return in_format(Format::kCsv, schemas::to_json(harvested_bench::Rows<Row>{rows}),
                   schemas::describe<harvested_bench::Rows<Row>>());
}

/// Name and rows of each table that the report has, as CSV.
std::vector<OutputFile> csv_tables(const BenchReport& report) {
  std::vector<OutputFile> tables;
  const auto add = [&](const char* name, const auto& rows) {
    if (!rows.empty()) tables.push_back({name, csv_of(rows)});
  };
  add("ab-ratios", report.ratios);
  add("abd-runs", report.runs);
  add("d-smallest", report.smallest);
  add("d-sizing", report.sizing);
  add("e-sharing", report.sharing);
  add("f-deadlines", report.deadlines);
  add("i-fidelity", report.fidelity);
  add("j-optimum", report.distances);
  return tables;
}

Status write_tables_and_charts(const BenchReport& report, const std::string& folder) {
  const auto stem = folder + "/bench-intermittent-";
  auto files = csv_tables(report);
  for (auto& file : files) file.name = stem + file.name + ".csv";
  for (const auto& chart : harvested_bench::charts_of(report))
    files.push_back({stem + chart.name + ".svg", harvested_bench::to_svg(chart.table)});
  return write_files(files);
}

Status bench_intermittent(const Shared& shared, const IntermittentBenchFlags& flags) {
  auto settings = settings_of(shared, flags);
  ProgressLine line(now_ms, standard_error());
  settings.progress = [&](std::size_t done, std::size_t all, const std::string& what) {
    line.show([&](double elapsed_ms) { return count_text("places", done, all, elapsed_ms) + ", " + what; });
  };
  const auto report = harvested_bench::run_benchmark(settings);
  line.wipe();
  if (!report) return report.error();
  if (auto status = write_tables_and_charts(*report, flags.output); !status) return status;
  if (shared.format == Format::kCsv) {
    const auto tables = csv_tables(*report);
    put(shared, tables.empty() ? csv_of(report->ratios) : tables.front().content);
    return {};
  }
  print<BenchReport>(shared, *report, [&flags](const BenchReport& made) {
    return to_text(made) + "CSV and charts: " + flags.output + "/bench-intermittent-*\n";
  });
  return {};
}

}  // namespace

void add_intermittent_bench_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<IntermittentBenchFlags>();
  auto* command = add_command(made, [&shared, flags] { return bench_intermittent(shared, *flags); });
  add_deploy_option(*command, shared, "models, devices, harvest");
  command
      ->add_option("--table", flags->tables,
                   "A coarse against fine, B against layer by layer, D capacitors, E weights shared, F "
                   "deadlines, I fidelity, J beside the optimum; all without")
      ->delimiter(',')
      ->one_of({"A", "B", "D", "E", "F", "I", "J"});
  command->add_option("--model", flags->models, "models in place of the seven")->delimiter(',');
  command->add_option("--device", flags->device, "a profile of deploy/devices without a battery, or its file")
      ->show_default();
  command->add_option("--capacitor", flags->capacitors, "in uF, in place of 150, 330, 470, 1000 and 4700")
      ->delimiter(',')
      ->between(0.1, intermittent::kMostMicrofarads);
  command
      ->add_option("--trace", flags->traces,
                   "recordings of deploy/harvest, or their files; without: two of each of six kinds, "
                   "generated")
      ->delimiter(',');
  command->add_option("--for", flags->longest, "longest run on a harvest, e.g. 30m; without: 10m")
      ->check([](const std::string& text) {
        const auto parsed = longest_run(text);
        return parsed ? std::string() : parsed.error().message;
      });
  command->add_flag("--quick", flags->quick,
                    "two models, two capacitors, two harvests of five minutes: some seconds");
  command->add_option("-o,--output", flags->output, "folder for the CSV files and the SVG charts")
      ->show_default();
}

}  // namespace synergy::cli
