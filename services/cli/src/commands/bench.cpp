// bench emulator: how fast the emulator is. The other benchmarks have files of their own.
#include <memory>

#include "flags.hpp"
#include "synergy/accel/model_files.hpp"
#include "synergy/accel_bench/emulator_speed.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/client/table.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/documents/yaml.hpp"

namespace synergy::cli {
namespace {

using accel_bench::SpeedReport;

struct EmulatorFlags {
  std::vector<std::string> models;
  accel_bench::SpeedSettings settings;
};

Result<std::vector<accel_bench::SpeedModel>> load_models(const std::filesystem::path& deploy,
                                                         const EmulatorFlags& flags) {
  const documents::DeployFolder folder(deploy);
  const auto names = flags.models.empty() ? folder.model_names() : flags.models;
  if (names.empty())
    return Error{ErrorCode::kNotFound, deploy.string() + ": no models; name the folder with --deploy"};
  std::vector<accel_bench::SpeedModel> models;
  for (const auto& name : names) {
    auto model = accel::load_model(folder.model_folder(ModelId(name)));
    if (!model) return model.error();
    models.push_back({name, std::move(model->program), std::move(model->weights)});
  }
  return models;
}

std::string times(std::optional<double> value) { return value ? fixed(*value, 2) : "-"; }

std::string models_text(const SpeedReport& report) {
  Table table({"MODEL", "RUNS/S", "SPREAD %", "GMAC/S", "SILICON", "SILICON MS", "x SILICON", "MAX78000",
               "MAX78000 MS", "x MAX78000", "x REFERENCE"});
  for (const auto& m : report.models)
    table.add({m.model, fixed(m.runs_per_second, 0), fixed(m.spread_percent, 0),
               fixed(m.giga_macs_per_second, 1), m.silicon, times(m.silicon_ms), times(m.times_silicon),
               m.max78000, fixed(m.max78000_ms, 2), fixed(m.times_max78000, 2), fixed(m.times_reference, 1)});
  return table.text();
}

std::string layers_text(const SpeedReport& report) {
  Table table({"LAYER", "SHAPE", "GMAC/S", "ONEDNN GMAC/S", "x ONEDNN", "SPREAD %", "ONEDNN CODE"});
  for (const auto& l : report.layers)
    table.add({l.model + " " + l.layer, l.shape, fixed(l.giga_macs_per_second, 1),
               times(l.onednn_giga_macs_per_second), times(l.times_onednn),
               l.spread_percent ? fixed(*l.spread_percent, 0) : "-", l.onednn_code});
  return table.text();
}

std::string to_text(const SpeedReport& report) {
  std::string text = "instruction set " + report.instruction_set + "; " + report.onednn + "\n";
  for (const auto& note : report.notes) text += "note: " + note + "\n";
  text += "\n" + models_text(report);
  if (!report.layers.empty()) text += "\n" + layers_text(report);
  if (report.three_by_three_times_onednn)
    text += "\n3x3 layers: " + times(report.three_by_three_times_onednn) + " of oneDNN's rate together, " +
            times(report.three_by_three_worst) + " for the one that does worst\n";
  return text;
}

Status run_emulator_bench(const Shared& shared, EmulatorFlags flags) {
  const auto models = load_models(shared.deploy_folder, flags);
  if (!models) return models.error();
  const std::filesystem::path devices = shared.deploy_folder / "devices";
  const auto max78000 = documents::read_yaml<schemas::DeviceProfile>(devices / "max78000.yaml");
  if (!max78000) return max78000.error();
  const auto max78002 = documents::read_yaml<schemas::DeviceProfile>(devices / "max78002.yaml");
  if (!max78002) return max78002.error();
  ProgressLine line(now_ms, standard_error());
  flags.settings.progress = [&](std::size_t done, std::size_t all, const std::string& what) {
    line.show([&](double elapsed_ms) {
      return count_text("models and layers", done, all, elapsed_ms) + ", " + what;
    });
  };
  const auto report = accel_bench::measure_speed(*models, *max78000, *max78002, flags.settings);
  line.wipe();
  if (!report) return report.error();
  print<SpeedReport>(shared, *report, to_text);
  return {};
}

}  // namespace

void add_emulator_bench_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<EmulatorFlags>();
  auto* command = add_command(made, [&shared, flags] { return run_emulator_bench(shared, *flags); });
  add_deploy_option(*command, shared, "models and devices");
  command->add_option("--model", flags->models, "models to measure; default: all");
  command->add_option("--seconds", flags->settings.seconds, "for each model; a quarter for each layer")
      ->between(0.001, 600.0)
      ->show_default();
  command->add_option("--instruction-set", flags->settings.instruction_set,
                      "AVX3_DL, AVX3, AVX2, SSE4, SSSE3 or SCALAR; default: the best there is");
  command->add_flag("!--no-layers", flags->settings.layers, "leave out single layers");
}

}  // namespace synergy::cli
