// export: rows of a store file for spreadsheets and scripts.
#include <memory>

#include "../store_file.hpp"
#include "../write_text.hpp"
#include "flags.hpp"
#include "planning_flags.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/export_text.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/client/duration.hpp"

namespace synergy::cli {
namespace {

struct ExportFlags {
  std::string what = "runs", since, until, app, device, output;
  bool csv = false;
  std::filesystem::path file;
};

Result<store::ExportFilter> filter_of(const ExportFlags& flags) {
  store::ExportFilter filter;
  const auto times = parse_time_range(flags.since, flags.until, HostClock().unix());
  if (!times) return times.error();
  filter.since = times->since;
  filter.until = times->until;
  if (!flags.app.empty()) filter.app = AppId(flags.app);
  if (!flags.device.empty()) filter.device = DeviceId(flags.device);
  return filter;
}

store::ExportKind kind_of(const std::string& what) {
  if (what == "plans") return store::ExportKind::kPlans;
  if (what == "hours") return store::ExportKind::kHours;
  return what == "events" ? store::ExportKind::kEvents : store::ExportKind::kRuns;
}

Status write_out(const Shared& shared, const ExportFlags& flags) {
  if (flags.csv && shared.json && shared.format != Format::kCsv)
    return Error{
        ErrorCode::kInvalid,
        "--csv or --" + std::string(shared.format == Format::kJson ? "json" : "format yaml") + ", not both"};
  const auto filter = filter_of(flags);
  if (!filter) return filter.error();
  const bool csv = flags.csv || (!shared.json && flags.output.ends_with(".csv"));
  auto output = TextOutput::open(flags.output);
  if (!output) return output.error();
  ProgressLine line(now_ms, flags.output.empty() ? ProgressOutput() : standard_error());
  ExportText text(csv ? Format::kCsv : shared.json ? shared.format : Format::kJson);
  std::uint64_t rows = 0;
  const store::ExportSink sink{
      [&](std::span<const std::string> names) { return output->write(text.begin(names)); },
      [&](std::span<const store::ExportValue> values) {
        ++rows;
        line.show([&](double) { return std::to_string(rows) + " rows"; });
        return output->write(text.row(values));
      }};
  const auto status = store::export_rows(flags.file.empty() ? store_file(shared) : flags.file,
                                         kind_of(flags.what), *filter, sink);
  if (!status && status.error().code != ErrorCode::kUnavailable) return status;
  (void)output->write(text.end());
  if (auto finished = output->finish(); !finished)
    return finished;  // says why it could not be written, where that ended the export
  if (rows == 0) std::fputs("no rows: nothing that is kept fits\n", stderr);
  if (!flags.output.empty())
    std::printf("%s: %llu rows\n", flags.output.c_str(), static_cast<unsigned long long>(rows));
  return {};
}

}  // namespace

void add_export_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<ExportFlags>();
  auto* command = add_command(made, [&shared, flags] { return write_out(shared, *flags); });
  command
      ->add_option("WHAT", flags->what,
                   "runs, plans, events, or hours: old runs that are kept by hour (mesh up --keep)")
      ->one_of({"runs", "plans", "events", "hours"})
      ->show_default();
  command->add_flag(
      "--csv", flags->csv,
      "the same as --format csv (RFC 4180, names in the first line), and what a file that ends in "
      ".csv gets; else JSON, an array of objects, a line each");
  add_time_options(*command, flags->since, flags->until, "recorded, made or decided");
  command->add_option("--app", flags->app, "of this app");
  command->add_option("--device", flags->device, "that use this device");
  command->add_option("-o,--output", flags->output,
                      "write to this file; it takes its place when all is written");
  command->add_option("--store", flags->file,
                      "the store file; default: $SYNERGY_STORE, else mesh.db in the run folder");
}

}  // namespace synergy::cli
