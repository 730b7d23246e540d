// The timeline as a picture: a lane for each unit, a bar for each task, a colour for each app.
#include <algorithm>
#include <array>
#include <cmath>

#include "synergy/client/table.hpp"
#include "synergy/client/timeline.hpp"
#include "synergy/documents/svg.hpp"

namespace synergy::client {
namespace {

using documents::Anchor;
using documents::svg_line;
using documents::svg_rect;
using documents::svg_text;

constexpr double kLeft = 150, kWidth = 1050, kRight = 80, kLane = 20, kGap = 3, kDeviceGap = 12;
constexpr double kLegendRow = 20, kTop = 52, kCharacter = 5.6;
constexpr std::string_view kGrey = "fill=\"#5f6368\"", kPale = " fill-opacity=\"0.5\"";

/// Told apart by most eyes, and white letters can be read on each.
constexpr std::array<std::string_view, 10> kColours{"#1f6fb4", "#b8500c", "#23803a", "#8a4fb0", "#b4323c",
                                                    "#0d7f86", "#856404", "#c03a86", "#4d5b6b", "#5b50c9"};

std::string quoted(std::string_view name, std::string_view value) {
  return std::string(name) + "=\"" + std::string(value) + "\"";
}

class Picture {
 public:
  explicit Picture(const Timeline& timeline) : timeline_(timeline) {}

  std::string draw() {
    title();
    legend();
    const double top = y_;
    std::string lanes;
    std::swap(shapes_, lanes);
    for (std::size_t i = 0; i < timeline_.lanes.size(); ++i) lane(i);
    std::swap(shapes_, lanes);
    axis(top);
    shapes_ += lanes;
    return documents::svg_document(kLeft + kWidth + kRight, y_ + 40, shapes_);
  }

 private:
  [[nodiscard]] double length_ms() const { return milliseconds(timeline_.end - timeline_.begin); }
  [[nodiscard]] double x_of(ModelTime time) const {
    return kLeft + kWidth * milliseconds(time - timeline_.begin) / length_ms();
  }
  [[nodiscard]] std::string_view colour_of(const AppId& app) const {
    const auto found = std::lower_bound(timeline_.apps.begin(), timeline_.apps.end(), app);
    return kColours[std::size_t(found - timeline_.apps.begin()) % kColours.size()];
  }

  void title() {
    shapes_ += svg_text(16, 26, "Timeline of body " + timeline_.body, Anchor::kStart,
                        "font-size=\"17\" font-weight=\"bold\" fill=\"#202124\"");
    std::string about = fixed(length_ms(), length_ms() < 10 ? 2 : 0) + " ms of model time, from " +
                        fixed(seconds(timeline_.begin.time_since_epoch()), 6) + " s";
    if (timeline_.cut) about += "; the executors remember no more";
    shapes_ += svg_text(16, 44, about, Anchor::kStart, kGrey);
  }

  /// One entry; `x_` is where the next one begins.
  void entry(std::string_view text, const std::string& look) {
    const double width = 24 + 1.25 * kCharacter * double(text.size()) + 12;
    if (x_ > 16 && x_ + width > kLeft + kWidth) {
      x_ = 16;
      y_ += kLegendRow;
    }
    shapes_ += svg_rect(x_, y_ + 2, 12, 12, "rx=\"2\" " + look);
    shapes_ += svg_text(x_ + 18, y_ + 12, text, Anchor::kStart, "fill=\"#202124\"");
    x_ += width;
  }

  void legend() {
    x_ = 16;
    y_ = kTop;
    for (const auto& app : timeline_.apps) entry(app.text(), quoted("fill", colour_of(app)));
    if (any_switch()) entry("paler: switch of chunks", std::string(kGrey) + std::string(kPale));
    y_ += kLegendRow + 12;
    if (timeline_.lanes.empty()) {
      shapes_ += svg_text(kLeft, y_ + 14, "no unit was in use", Anchor::kStart, kGrey);
      y_ += kLane;
    } else {
      shapes_ += svg_text(kLeft + kWidth + 60, y_ - 6, "busy", Anchor::kEnd, kGrey);
    }
  }
  [[nodiscard]] bool any_switch() const {
    for (const auto& lane : timeline_.lanes)
      for (const auto& task : lane.tasks)
        if (task.kind == schemas::TaskKind::kSwitch) return true;
    return false;
  }

  /// The marks of the axis are 1, 2 or 5 times a power of ten apart, at most ten of them.
  void axis(double top) {
    double step = std::pow(10, std::floor(std::log10(length_ms() / 10)));
    for (const double factor : {2.0, 2.5, 2.0})
      if (length_ms() / step > 10) step *= factor;
    const int decimals = std::clamp(int(-std::floor(std::log10(step) + 1e-9)), 0, 6);
    for (int i = 0; double(i) * step <= length_ms() * (1 + 1e-9); ++i) {
      const double x = kLeft + kWidth * double(i) * step / length_ms();
      shapes_ += svg_line(x, top - 4, x, y_ + 4, "stroke=\"#e3e5e8\"");
      shapes_ += svg_text(x, y_ + 18, fixed(double(i) * step, decimals), Anchor::kMiddle, kGrey);
    }
    shapes_ += svg_text(kLeft + kWidth + 24, y_ + 18, "ms", Anchor::kStart, kGrey);
  }

  void lane(std::size_t index) {
    const auto& lane = timeline_.lanes[index];
    const bool first_of_device = index == 0 || timeline_.lanes[index - 1].unit.device != lane.unit.device;
    if (first_of_device && index > 0) y_ += kDeviceGap;
    if (first_of_device)
      shapes_ += svg_text(16, y_ + 14, lane.unit.device.text(), Anchor::kStart,
                          "font-weight=\"bold\" fill=\"#202124\"");
    shapes_ += svg_rect(kLeft, y_, kWidth, kLane, "fill=\"#5f6368\" fill-opacity=\"0.07\"");
    shapes_ += svg_text(kLeft - 8, y_ + 14, schemas::name_of(lane.unit.unit), Anchor::kEnd, kGrey);
    for (const auto& task : lane.tasks) bar(task);
    shapes_ += svg_text(kLeft + kWidth + 60, y_ + 14, fixed(100 * lane.busy, 1) + " %", Anchor::kEnd,
                        lane.busy >= 0.9 ? "font-weight=\"bold\" fill=\"#b3261e\"" : "fill=\"#202124\"");
    y_ += kLane + kGap;
  }

  void bar(const schemas::TaskRecord& task) {
    const double begin = std::max(x_of(task.begin), kLeft), end = std::min(x_of(task.end), kLeft + kWidth);
    const double width = std::max(end - begin, 0.6);
    const std::string kind(schemas::name_of(task.kind));
    const auto time = [&](ModelTime at) { return fixed(milliseconds(at - timeline_.begin), 3); };
    const auto about = task.app.text() + " run " + std::to_string(task.run) + ": " + kind +
                       (task.attempt > 1 ? ", attempt " + std::to_string(task.attempt) : "") + "\n" +
                       time(task.begin) + " to " + time(task.end) + " ms (" +
                       fixed(milliseconds(task.end - task.begin), 3) + " ms)";
    auto look = quoted("fill", colour_of(task.app));
    if (task.kind == schemas::TaskKind::kSwitch) look += kPale;
    if (width > 3) look += " stroke=\"white\" stroke-width=\"0.7\"";
    shapes_ += svg_rect(begin, y_ + 1, width, kLane - 2, look, about);
    const auto numbered = kind + " #" + std::to_string(task.run);
    const auto& label = kCharacter * double(numbered.size()) + 8 < width ? numbered : kind;
    if (kCharacter * double(label.size()) + 6 < width)
      shapes_ += svg_text((begin + end) / 2, y_ + 13.5, label, Anchor::kMiddle,
                          "font-size=\"10\" fill=\"white\" pointer-events=\"none\"");
  }

  const Timeline& timeline_;
  std::string shapes_;
  double x_ = 0, y_ = 0;
};

}  // namespace

std::string to_svg(const Timeline& timeline) { return Picture(timeline).draw(); }

}  // namespace synergy::client
