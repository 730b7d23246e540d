// bench bus: our broker and participants beside zmq::proxy and bare sockets.
#include <memory>

#include "flags.hpp"
#include "synergy/bus_bench/bus_speed.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/overheads_text.hpp"
#include "synergy/cli/progress.hpp"

namespace synergy::cli {
namespace {

using bus_bench::BusReport;
using bus_bench::BusSettings;

Status run_bus_bench(const Shared& shared, BusSettings settings) {
  ProgressLine line(now_ms, standard_error());
  settings.progress = [&](const std::string& what) { line.show([&](double) { return what; }); };
  const auto report = bus_bench::measure_bus(settings);
  line.wipe();
  if (!report) return report.error();
  print<BusReport>(shared, *report, [](const BusReport& made) { return to_text(made); });
  return {};
}

}  // namespace

void add_bus_bench_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto settings = std::make_shared<BusSettings>();
  auto* command = add_command(made, [&shared, settings] { return run_bus_bench(shared, *settings); });
  command->add_option("--pairs", settings->pairs, "turns of each, ours and the bare one's by turns")
      ->between(1, bus_bench::kMostPairs)
      ->show_default();
  command->add_option("--sizes", settings->sizes, "bytes of payload, e.g. 64,1024,65536")
      ->delimiter(',')
      ->between(1, double(bus_bench::kLargestPayload))
      ->show_default();
}

}  // namespace synergy::cli
