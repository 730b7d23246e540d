#include "synergy/cli/overheads_text.hpp"

#include "synergy/cli/client.hpp"
#include "synergy/client/table.hpp"

namespace synergy::cli {

using bus_bench::BusReport;
using bus_bench::PathSpeed;
using bus_bench::Spread;

namespace {

std::string quartiles_text(const std::optional<Spread>& spread) {
  if (!spread) return "-";
  return fixed(spread->median, 2) + " (" + fixed(spread->lower, 2) + "-" + fixed(spread->upper, 2) + ")";
}

void add_rows(const bus_bench::SizeSpeed& size, Table& table) {
  for (const PathSpeed& path : size.paths)
    table.add({std::to_string(size.payload_bytes), path.path, std::to_string(path.frame_bytes),
               fixed(path.p50_us.median, 1), fixed(path.p99_us.median, 1),
               fixed(path.messages_per_second.median, 0), quartiles_text(path.p50_ratio),
               quartiles_text(path.p99_ratio), quartiles_text(path.rate_ratio)});
}

std::string aim_text(const BusReport& report) {
  for (const auto& size : report.sizes) {
    if (size.payload_bytes != kAimedPayload) continue;
    const double reached = size.paths.front().rate_ratio->median;
    return "at 1 KiB our bus carries " + fixed(reached, 3) + " of the bare proxy's rate; the aim is " +
           fixed(kAimedRatio, 1) + (reached < kAimedRatio ? ": MISSED\n" : "\n");
  }
  return {};
}

}  // namespace

std::string to_text(const BusReport& report) {
  Table table({"PAYLOAD", "PATH", "FRAME", "HOP P50 US", "P99 US", "MESSAGES/S", "x BARE P50", "x BARE P99",
               "x BARE RATE"});
  for (const auto& size : report.sizes) add_rows(size, table);
  std::string text = table.text() + "\n" + std::to_string(report.pairs) + " interleaved pairs, " +
                     std::to_string(report.messages) + " messages, " + std::to_string(report.lost) +
                     " lost\n" + aim_text(report);
  return text +
         "x BARE: speed beside the bare proxy's in the same pair, above 1 is faster: median (quartiles).\n"
         "ours: participants and sealed messages over our forwarder. bare: PUB and SUB over zmq::proxy.\n"
         "forwarder: PUB and SUB over our forwarder, so that ours less this is what the envelope costs.\n"
         "FRAME: bytes behind the topic. A busy machine moves the absolute figures more than the ratios.\n";
}

std::string to_text(const ShellsReport& report) {
  const auto optional_us = [](const std::optional<double>& us) { return us ? fixed(*us, 1) : "-"; };
  Table processes({"PROCESS", "PID", "CPU MS", "CPU %", "TASKS", "US A TASK", "NOTE"});
  for (const auto& cost : report.processes) {
    processes.add({cost.process, std::to_string(cost.pid), cost.cpu_us ? fixed(*cost.cpu_us / 1000, 0) : "-",
                   cost.share_percent ? fixed(*cost.share_percent, 1) : "-",
                   cost.tasks ? std::to_string(*cost.tasks) : "-", optional_us(cost.us_a_task),
                   cost.trouble});
  }
  Table sums({"TOGETHER", "PROCESSES", "CPU MS", "CPU %", "TASKS", "US A TASK"});
  for (const auto& sum : report.sums)
    sums.add({sum.kind, std::to_string(sum.processes), fixed(sum.cpu_us / 1000, 0),
              fixed(sum.share_percent, 1), std::to_string(sum.tasks), optional_us(sum.us_a_task)});
  std::string text = processes.text() + "\n" + sums.text() +
                     "\nTASKS: an executor's tasks, an accelerator's inferences (its arithmetic included). "
                     "CPU %: of one processor.\n";
  for (const auto& note : report.notes) text += "note: " + note + "\n";
  return text;
}

}  // namespace synergy::cli
