#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "synergy/base/text.hpp"
#include "synergy/client/table.hpp"
#include "synergy/client/top.hpp"
#include "synergy/client/trouble.hpp"

namespace synergy::client {
namespace {

using schemas::AppPhase;

constexpr std::size_t kBar = 30;
/// Apps that do not run any more, at most.
constexpr std::size_t kPastApps = 5;

std::string ms(double us, int decimals = 1) { return fixed(us / 1000, decimals); }

std::string unit_name(const schemas::UnitRef& unit) {
  return unit.device.text() + " " + std::string(schemas::name_of(unit.unit));
}

class Lines {
 public:
  void add(const std::string& text, TopStyle style = TopStyle::kPlain) { lines_.push_back({text, style}); }
  /// After an empty line; the first row is its heading.
  void add(const Table& table) {
    add("");
    const auto text = table.text();
    auto style = TopStyle::kHeading;
    for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) {
      add(text.substr(begin, text.find('\n', begin) - begin), style);
      style = TopStyle::kPlain;
    }
  }
  [[nodiscard]] std::vector<TopLine> take() { return std::move(lines_); }

 private:
  std::vector<TopLine> lines_;
};

void add_plan(const TopView& view, Lines& lines) {
  if (!view.plan || view.plan->pipelines.empty()) return lines.add("no plan in force: no app runs");
  const auto& plan = *view.plan;
  lines.add("plan " + std::to_string(plan.id) + " by " + printable(plan.policy) + " (" +
            std::string(schemas::name_of(plan.status)) + "), bounded by " + printable(plan.bottleneck));
}

void add_warnings(const TopView& view, Lines& lines) {
  for (const auto& trouble : troubles(view.services)) lines.add(printable(trouble), TopStyle::kWarning);
  if (view.silence > kUseIsOld)
    lines.add("WARNING: no news from the monitor for " + fixed(seconds(view.silence), 0) +
                  " s; what follows is old",
              TopStyle::kWarning);
  if (view.use && view.use->host_is_too_slow())
    lines.add("WARNING: the host is too slow: lag p99 is " + ms(view.use->lag_p99_us, 0) + " ms, above " +
                  fixed(milliseconds(schemas::kTooSlowLag), 0) +
                  " ms; results stay right, times on the host do not: raise the body's time_scale",
              TopStyle::kWarning);
}

void add_header(const TopView& view, Lines& lines) {
  if (view.body) {
    const auto there = view.body->devices.size() - view.body->absent.size();
    std::string absent;
    for (const auto& device : view.body->absent)
      absent += (absent.empty() ? ", absent: " : " ") + device.text();
    lines.add("body " + printable(view.body->name) + ": " + std::to_string(there) + " of " +
                  std::to_string(view.body->devices.size()) + " devices" + absent,
              TopStyle::kHeading);
  }
  add_plan(view, lines);
  if (view.use) {
    const auto& use = *view.use;
    const double predicted = use.predicted_rounds_per_second;
    lines.add("rounds/s " + fixed(use.rounds_per_second, 2) + " measured, " + fixed(predicted, 2) +
              " predicted" +
              (predicted > 0 ? " (" + fixed(100 * use.rounds_per_second / predicted, 0) + " %)" : "") +
              "   time scale " + fixed(use.time_scale, 2) + "   lag p99 " + ms(use.lag_p99_us) + " ms");
    lines.add("planning " + ms(double(use.planning_us)) + " ms   last switch " +
              (use.switch_us > 0 ? ms(double(use.switch_us)) + " ms" : "-") + "   over the last " +
              fixed(seconds(use.window), 0) + " s");
  } else {
    lines.add("waiting for the monitor");
  }
  add_warnings(view, lines);
}

/// `status`: nullptr where the dispatcher does not tell of it.
void add_app(const TopView& view, const AppId& app, const schemas::AppStatus* status, Table& table) {
  const schemas::PipelineUse* use = nullptr;
  if (view.use)
    for (const auto& pipeline : view.use->pipelines)
      if (pipeline.app == app) use = &pipeline;
  const auto* planned = view.plan ? view.plan->find(app) : nullptr;
  std::vector<std::string> row{app.text(), status == nullptr ? "-" : status->request.model.text()};
  const bool ran = use != nullptr && use->completed > 0;
  row.push_back(use == nullptr ? "-" : fixed(use->runs_per_second, 2));
  row.push_back(planned != nullptr ? fixed(planned->runs_per_second, 2) : "-");
  for (auto latency : {&schemas::PipelineUse::latency_p50_us, &schemas::PipelineUse::latency_p95_us,
                       &schemas::PipelineUse::latency_p99_us})
    row.push_back(ran ? ms(use->*latency) : "-");
  row.push_back(ran ? fixed(use->energy_uj, 0) : "-");
  row.push_back(planned != nullptr ? fixed(planned->energy_uj, 0) : "-");
  row.push_back(status == nullptr ? "-" : std::to_string(status->completed));
  row.push_back(status == nullptr ? "-" : std::to_string(status->failed));
  row.push_back(std::string(status == nullptr ? "unknown" : status->state()) +
                (use != nullptr && use->generated ? ", generated noise" : ""));
  table.add(std::move(row));
}

void add_apps(const TopView& view, Lines& lines) {
  Table table({"APP", "MODEL", "RUNS/S", "PREDICTED", "P50 MS", "P95 MS", "P99 MS", "UJ A RUN",
               "PREDICTED UJ", "COMPLETED", "FAILED", "STATE"});
  std::set<AppId> listed;
  std::size_t past = 0;
  const auto add = [&](const schemas::AppStatus& app) {
    listed.insert(app.request.app);
    add_app(view, app.request.app, &app, table);
  };
  for (const auto& app : view.apps.apps)
    if (app.phase == AppPhase::kRunning) add(app);
  for (auto app = view.apps.apps.rbegin(); app != view.apps.apps.rend(); ++app) {
    listed.insert(app->request.app);
    if (app->phase != AppPhase::kRunning && ++past <= kPastApps) add(*app);
  }
  if (view.use)
    for (const auto& pipeline : view.use->pipelines)
      if (!listed.contains(pipeline.app)) add_app(view, pipeline.app, nullptr, table);
  lines.add(table);
  if (past > kPastApps)
    lines.add("and " + std::to_string(past - kPastApps) + " more that do not run: synergy apps");
}

/// The units that the plan uses, and others that are busy all the same.
void add_units(const TopView& view, Lines& lines) {
  std::set<schemas::UnitRef> planned;
  if (view.plan)
    for (const auto& unit : view.plan->units) planned.insert({unit.device, unit.unit});
  Table table({"UNIT", "BUSY %", "QUEUE", ""});
  bool any = false;
  for (const auto& unit : view.use->units) {
    const schemas::UnitRef place{unit.device, unit.unit};
    if (!planned.contains(place) && unit.busy <= 0 && unit.queue == 0) continue;
    any = true;
    const auto full = std::size_t(std::lround(std::clamp(unit.busy, 0.0, 1.0) * double(kBar)));
    table.add({unit_name(place), fixed(100 * unit.busy, 1), std::to_string(unit.queue),
               "[" + std::string(full, '|') + std::string(kBar - full, ' ') + "]"});
  }
  if (any) lines.add(table);
}

/// Measured and predicted power, and how long each battery lasts at what was measured.
void add_power(const schemas::MeshUse& use, Lines& lines) {
  if (use.devices.empty()) return;
  const auto shown = [](const std::optional<double>& value, int decimals) {
    return value ? fixed(*value, decimals) : "-";
  };
  Table table({"DEVICE", "POWER MW", "PREDICTED", "HOURS", "PREDICTED", "BATTERY %"});
  std::vector<schemas::DevicePower> measured, predicted;
  for (const auto& device : use.devices) {
    if (device.power_mw) measured.push_back({device.device, *device.power_mw, device.hours});
    if (device.predicted_power_mw)
      predicted.push_back({device.device, *device.predicted_power_mw, device.predicted_hours});
    table.add({device.device.text(), shown(device.power_mw, 3), shown(device.predicted_power_mw, 3),
               shown(device.hours, 1), shown(device.predicted_hours, 1),
               std::to_string(device.battery_percent)});
  }
  // A sum without one of them would say too little.
  const auto all = [&](const std::vector<schemas::DevicePower>& devices) {
    return devices.size() == use.devices.size() ? std::optional(schemas::body_power(devices)) : std::nullopt;
  };
  const auto body = all(measured), planned = all(predicted);
  table.add({"all devices", body ? fixed(body->power_mw, 3) : "-",
             planned ? fixed(planned->power_mw, 3) : "-", body ? shown(body->hours, 1) : "-",
             planned ? shown(planned->hours, 1) : "-", ""});
  lines.add(table);
}

void add_processes(const TopView& view, Lines& lines) {
  std::map<std::string, const schemas::ProcessUse*> uses;
  for (const auto& process : view.use->processes) uses[process.process] = &process;
  const double length = std::max(seconds(view.use->window), 1e-3);
  Table table({"PROCESS", "STATE", "PID", "LAG MS", "SENT/S", "RECEIVED/S", "NOTE"});
  for (const auto& health : view.services.services) {
    const auto found = uses.find(health.process);
    const auto* use = found == uses.end() ? nullptr : found->second;
    table.add({health.process, std::string(schemas::name_of(health.state)), std::to_string(health.pid),
               use == nullptr ? "-" : ms(use->lag_p99_us),
               use == nullptr ? "-" : fixed(double(use->bus.sent) / length, 1),
               use == nullptr ? "-" : fixed(double(use->bus.received) / length, 1), health.told()});
  }
  lines.add(table);
}

void add_bus(const schemas::MeshUse& use, Lines& lines) {
  schemas::BusUse window;
  for (const auto& process : use.processes) {
    window.sent += process.bus.sent;
    window.bytes_sent += process.bus.bytes_sent;
  }
  const double length = std::max(seconds(use.window), 1e-3);
  lines.add("");
  lines.add("bus: " + fixed(double(window.sent) / length, 0) + " messages/s, " +
            fixed(double(window.bytes_sent) / length / 1000, 1) + " kB/s sent; since the start: gaps " +
            std::to_string(use.bus.gaps) + ", dropped " + std::to_string(use.bus.dropped) + ", retries " +
            std::to_string(use.bus.retries));
}

}  // namespace

std::vector<TopLine> top_lines(const TopView& view) {
  Lines lines;
  add_header(view, lines);
  add_apps(view, lines);
  if (view.use) {
    add_units(view, lines);
    add_power(*view.use, lines);
    add_processes(view, lines);
    add_bus(*view.use, lines);
  }
  return lines.take();
}

std::string to_plain(const std::vector<TopLine>& lines) {
  std::string text;
  for (const auto& line : lines) text += line.text + "\n";
  return text;
}

namespace {

/// Warnings on as many rows as they need: what to do stands at their end.
std::vector<TopLine> wrapped(const std::vector<TopLine>& lines, std::size_t columns) {
  std::vector<TopLine> rows;
  for (const auto& line : lines) {
    auto rest = line.text;
    while (line.style == TopStyle::kWarning && columns > 0 && rest.size() > columns) {
      const auto space = rest.rfind(' ', columns);
      const bool at_space = space != std::string::npos && space > 0;
      rows.push_back({rest.substr(0, at_space ? space : columns), line.style});
      rest.erase(0, at_space ? space + 1 : columns);
    }
    rows.push_back({rest, line.style});
  }
  return rows;
}

}  // namespace

std::string to_screen(const std::vector<TopLine>& all, std::size_t rows, std::size_t columns) {
  const auto lines = wrapped(all, columns);
  constexpr std::string_view kHome = "\x1b[H", kClearRest = "\x1b[J", kClearLine = "\x1b[K";
  constexpr std::string_view kBold = "\x1b[1m", kAlarm = "\x1b[1;37;41m", kReset = "\x1b[0m";
  std::string text(kHome);
  const bool fits = lines.size() <= rows;
  for (std::size_t i = 0; i < std::min(lines.size(), rows); ++i) {
    if (i > 0) text += "\r\n";
    const bool last = !fits && i + 1 == rows;
    const auto style = last ? TopStyle::kPlain : lines[i].style;
    const auto shown = last ? "... " + std::to_string(lines.size() - i) + " more lines" : lines[i].text;
    if (style != TopStyle::kPlain) text += style == TopStyle::kWarning ? kAlarm : kBold;
    text += shown.substr(0, columns);
    if (style != TopStyle::kPlain) text += kReset;
    text += kClearLine;
  }
  return text + std::string(kClearRest);
}

}  // namespace synergy::client
