#include "synergy/harvested_offline/picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>

#include "synergy/documents/svg.hpp"

namespace synergy::harvested_offline {
namespace {

using accel_model::PowerState;
using documents::Anchor;
using documents::svg_line;
using documents::svg_number;
using documents::svg_rect;
using documents::svg_text;

constexpr double kLeft = 110, kWidth = double(kPictureColumns), kRight = 150, kTop = 92;
constexpr double kChart = 280, kHarvest = 44, kLane = 16, kGap = 6, kLetter = 13;
constexpr double kLeastBar = 1.5;  ///< pixels of what is there at all
constexpr std::string_view kGrey = "fill=\"#5f6368\"", kBlack = "fill=\"#202124\"";
constexpr std::string_view kChargeColour = "#5b50c9", kHarvestColour = "#e0a030", kResultColour = "#b4323c";

struct StateLane {
  PowerState state;
  std::string_view name, colour;
};
/// From the most to the least that the device has.
constexpr std::array<StateLane, 5> kStates{{
    {PowerState::kOn, "on", "#23803a"},
    {PowerState::kBooting, "booting", "#b8500c"},
    {PowerState::kRetained, "retained", "#1f6fb4"},
    {PowerState::kOff, "off", "#9aa0a6"},
    {PowerState::kDead, "dead", "#202124"},
}};

std::string fixed(double value, int decimals) {
  char text[400];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

/// Three digits that say something.
std::string short_number(double value) {
  return fixed(value, value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

std::string quoted(std::string_view name, std::string_view value) {
  return std::string(name) + "=\"" + std::string(value) + "\"";
}

/// 1, 2 or 5 times a power of ten, so that at most `most` of them reach up to `length`.
double mark_step(double length, int most) {
  double step = std::pow(10, std::floor(std::log10(length / most)));
  for (const double factor : {2.0, 2.5, 2.0})
    if (length / step > most) step *= factor;
  return step;
}
int decimals_of(double step) { return std::clamp(int(-std::floor(std::log10(step) + 1e-9)), 0, 6); }

struct TimeUnit {
  std::string_view name;
  double seconds;
};
TimeUnit unit_for(double seconds) {
  if (seconds < 2) return {"ms", 1e-3};
  if (seconds < 1200) return {"s", 1};
  return seconds < 7200 ? TimeUnit{"min", 60} : TimeUnit{"h", 3600};
}

class Picture {
 public:
  Picture(const RunSummary& summary, const Course& course, const accel_model::StoreSettings& store)
      : summary_(summary), course_(course), store_(store) {}

  std::string draw() {
    title();
    y_ = kTop;
    charge();
    harvest();
    for (const auto& lane : kStates) state(lane);
    results();
    time_axis();
    return documents::svg_document(kLeft + kWidth + kRight, y_ + 66, grid_ + shapes_);
  }

 private:
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(course_.length).count(); }
  [[nodiscard]] double x_of(ModelTime time) const {
    return kLeft + kWidth * double(time.time_since_epoch().count()) / double(course_.length.count());
  }
  /// Where column `index` begins; its end is where the next one does.
  [[nodiscard]] double x_of_column(std::size_t index) const {
    const auto begin = std::min(Duration::rep(index) * course_.width, course_.length);
    return x_of(ModelTime(begin));
  }

  void title() {
    shapes_ += svg_text(16, 26,
                        summary_.model + " on " + summary_.device + ", policy " + summary_.policy +
                            ", harvest " + summary_.harvest,
                        Anchor::kStart, "font-size=\"17\" font-weight=\"bold\" fill=\"#202124\"");
    shapes_ +=
        svg_text(16, 46,
                 std::to_string(summary_.inferences) + " inferences in " + fixed(summary_.time_s, 1) +
                     " s, " + std::to_string(summary_.deaths) + " deaths, " + std::to_string(summary_.boots) +
                     " boots; capacitor " + short_number(summary_.capacitance_uf) + " uF",
                 Anchor::kStart, kBlack);
    shapes_ += svg_text(16, 64,
                        "A column is " + width_text() +
                            ": of the charge, its first, lowest, highest and last value; of the harvest, the "
                            "mean; of a state, the height is its share of the time.",
                        Anchor::kStart, kGrey);
  }
  [[nodiscard]] std::string width_text() const {
    const double width = std::chrono::duration<double>(course_.width).count();
    return width < 1 ? short_number(width * 1000) + " ms" : short_number(width) + " s";
  }

  [[nodiscard]] double charge_of(double volts) const { return store_.capacitor.charge_uj(volts); }
  /// Charge at the top of the chart.
  [[nodiscard]] double most_uj() const {
    double most = charge_of(store_.thresholds.max_v);
    for (const auto& column : course_.columns) most = std::max(most, column.highest.uj);
    return most * 1.06;
  }

  void charge() {
    const double top = y_, most = most_uj();
    const auto y_of = [&](double uj) { return top + kChart * (1 - uj / most); };
    shapes_ += svg_rect(kLeft, top, kWidth, kChart, "fill=\"none\" stroke=\"#bdc1c6\"");
    shapes_ += svg_text(kLeft - 8, top - 8, "charge, uJ", Anchor::kEnd, quoted("fill", kChargeColour));
    const double step = mark_step(most, 8);
    for (int i = 0; i * step <= most; ++i) {
      grid_ += svg_line(kLeft, y_of(i * step), kLeft + kWidth, y_of(i * step), "stroke=\"#eceef0\"");
      shapes_ +=
          svg_text(kLeft - 8, y_of(i * step) + 4, fixed(i * step, decimals_of(step)), Anchor::kEnd, kGrey);
    }
    thresholds(y_of);
    charge_line(y_of);
    y_ += kChart + kGap;
  }

  void thresholds(const std::function<double(double)>& y_of) {
    struct Line {
      std::string_view name, colour;
      double volts;
    };
    const auto& [on_v, off_v, max_v] = store_.thresholds;
    double above = -kLetter;  // where the name above stands
    for (const auto& [name, colour, volts] :
         {Line{"max", "#5f6368", max_v}, Line{"on", "#23803a", on_v}, Line{"off", "#b3261e", off_v}}) {
      const double y = y_of(charge_of(volts));
      above = std::max(y + 4, above + kLetter);
      shapes_ +=
          svg_line(kLeft, y, kLeft + kWidth, y, quoted("stroke", colour) + " stroke-dasharray=\"6 4\"");
      shapes_ += svg_text(
          kLeft + kWidth + 8, above,
          std::string(name) + " " + svg_number(volts) + " V, " + short_number(charge_of(volts)) + " uJ",
          Anchor::kStart, quoted("fill", colour));
    }
  }

  void charge_line(const std::function<double(double)>& y_of) {
    std::string path, before;
    const auto go_to = [&](const ChargeAt& charge) {
      auto point = svg_number(x_of(charge.at)) + " " + svg_number(y_of(charge.uj));
      if (point == before) return;
      path += (path.empty() ? "M" : "L") + point;
      before = std::move(point);
    };
    for (const auto& column : course_.columns) {
      if (column.empty) continue;
      const bool low_first = column.lowest.at <= column.highest.at;
      for (const auto* charge : {&column.first, low_first ? &column.lowest : &column.highest,
                                 low_first ? &column.highest : &column.lowest, &column.last})
        go_to(*charge);
    }
    shapes_ += "<path d=\"" + path + "\" fill=\"none\" stroke-width=\"1\" " +
               quoted("stroke", kChargeColour) + "/>\n";
  }

  /// Bars of so many pixels from the floor of a lane; neighbours of one height are one.
  void bars(double height, std::string_view colour, const std::function<double(const Column&)>& pixels) {
    const double floor = y_ + height;
    const auto& columns = course_.columns;
    std::string path;
    for (std::size_t i = 0; i < columns.size();) {
      const auto tall = svg_number(pixels(columns[i]));
      const auto begin = i;
      while (i < columns.size() && svg_number(pixels(columns[i])) == tall) ++i;
      if (tall == "0") continue;
      path += "M" + svg_number(x_of_column(begin)) + " " + svg_number(floor) + "v-" + tall + "H" +
              svg_number(x_of_column(i)) + "v" + tall + "z";
    }
    shapes_ += svg_rect(kLeft, y_, kWidth, height, "fill=\"#5f6368\" fill-opacity=\"0.06\"");
    if (!path.empty()) shapes_ += "<path d=\"" + path + "\" " + quoted("fill", colour) + "/>\n";
  }
  /// At least so much that it is seen, where there is any.
  static double bar(double share, double height) {
    return share > 0 ? std::max(kLeastBar, std::round(2 * share * height) / 2) : 0;
  }

  void labels(double height, std::string_view name, const std::string& about) {
    shapes_ += svg_text(kLeft - 8, y_ + height / 2 + 4, name, Anchor::kEnd, kBlack);
    shapes_ += svg_text(kLeft + kWidth + 8, y_ + height / 2 + 4, about, Anchor::kStart, kGrey);
    y_ += height + kGap;
  }

  void harvest() {
    double most = 0, mean = 0;
    for (const auto& column : course_.columns) {
      most = std::max(most, column.harvest_uw);
      mean += column.harvest_uw / double(course_.columns.size());
    }
    bars(kHarvest, kHarvestColour,
         [&](const Column& column) { return most > 0 ? bar(column.harvest_uw / most, kHarvest) : 0; });
    shapes_ +=
        svg_text(kLeft + kWidth + 8, y_ + 9, short_number(most) + " uW at most", Anchor::kStart, kGrey);
    labels(kHarvest, "harvest, uW", short_number(mean) + " uW in the mean");
  }

  void state(const StateLane& lane) {
    Duration sum{};
    for (const auto& column : course_.columns) sum += column.time_in[std::size_t(lane.state)];
    bars(kLane, lane.colour, [&](const Column& column) {
      Duration all{};
      for (const auto time : column.time_in) all += time;
      if (all == Duration::zero()) return 0.0;
      const auto time = column.time_in[std::size_t(lane.state)];
      return bar(double(time.count()) / double(all.count()), kLane);
    });
    const double share = double(sum.count()) / double(course_.length.count());
    labels(kLane, lane.name, fixed(100 * share, 2) + " %");
  }

  void results() {
    std::uint64_t most = 0;
    for (const auto& column : course_.columns) most = std::max(most, column.results);
    bars(kLane, kResultColour, [&](const Column& column) {
      return most > 0 ? bar(double(column.results) / double(most), kLane) : 0;
    });
    labels(kLane, "results",
           std::to_string(summary_.inferences) +
               (most > 1 ? ", " + std::to_string(most) + " a column at most" : ""));
  }

  void time_axis() {
    const auto unit = unit_for(seconds());
    const double length = seconds() / unit.seconds, step = mark_step(length, 12);
    for (int i = 0; i * step <= length * (1 + 1e-9); ++i) {
      const double x = kLeft + kWidth * i * step / length;
      grid_ += svg_line(x, kTop, x, y_, "stroke=\"#e3e5e8\"");
      shapes_ += svg_text(x, y_ + 14, fixed(i * step, decimals_of(step)), Anchor::kMiddle, kGrey);
    }
    shapes_ += svg_text(kLeft + kWidth / 2, y_ + 34, "model time, " + std::string(unit.name), Anchor::kMiddle,
                        kGrey);
    legend();
  }

  void legend() {
    double x = kLeft;
    const auto entry = [&](std::string_view colour, std::string_view text) {
      shapes_ += svg_rect(x, y_ + 44, 12, 12, "rx=\"2\" " + quoted("fill", colour));
      shapes_ += svg_text(x + 17, y_ + 54, text, Anchor::kStart, kBlack);
      x += 17 + 7 * double(text.size()) + 18;
    };
    entry(kChargeColour, "charge");
    entry(kHarvestColour, "harvest");
    for (const auto& lane : kStates) entry(lane.colour, lane.name);
    entry(kResultColour, "result in the FRAM");
  }

  const RunSummary& summary_;
  const Course& course_;
  const accel_model::StoreSettings& store_;
  std::string grid_, shapes_;  ///< the grid lies below
  double y_ = 0;
};

}  // namespace

std::string to_svg(const RunSummary& summary, const Course& course, const accel_model::StoreSettings& store) {
  return Picture(summary, course, store).draw();
}

}  // namespace synergy::harvested_offline
