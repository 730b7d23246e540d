#include "synergy/accel_bench/emulator_speed.hpp"

#include <algorithm>
#include <random>
#include <set>

#include "fast/plan.hpp"
#include "onednn.hpp"
#include "silicon_time.hpp"
#include "stopwatch.hpp"
#include "synergy/accel/evaluate.hpp"
#include "synergy/accel/inference.hpp"
#include "synergy/accel_model/cycles.hpp"
#include "synergy/base/statistics.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::accel_bench {
namespace {

using accel_model::Layer;
using accel_model::Program;
using schemas::Operator;

std::vector<std::int8_t> some_values(std::uint64_t count) {
  std::mt19937 engine(1);
  std::vector<std::int8_t> values(count);
  for (auto& value : values) value = std::int8_t(engine() >> 24);
  return values;
}

std::string text_of(const Layer& layer) {
  const auto extent = [](const accel_model::Extent& e) {
    return std::to_string(e.rows) + "x" + std::to_string(e.columns);
  };
  std::string text = to_string(layer.pooled) + " > " + std::to_string(layer.output.channels) + ", " +
                     extent(layer.kernel) + ", pad " + std::to_string(layer.pad.rows);
  return layer.dilation > 1 ? text + ", dilation " + std::to_string(layer.dilation) : text;
}

/// Convolutions over all channels; the others are not what libraries are compared by.
bool is_compared(const Layer& layer) {
  return (layer.op == Operator::kConv2d || layer.op == Operator::kConv1d) && layer.groups == 1 &&
         !layer.flatten && !layer.skipped;
}

/// The layer's convolution as a program of its own.
Program alone(const Layer& layer) {
  Program program;
  program.input_shape = layer.pooled;
  Layer one;
  one.name = layer.name;
  one.op = layer.op;
  one.sources = {accel_model::kInput};
  one.input = one.pooled = layer.pooled;
  one.output = layer.output;
  one.kernel = layer.kernel, one.pad = layer.pad, one.dilation = layer.dilation;
  one.activation = schemas::Activation::kRelu;
  program.layers = {one};
  return program;
}

class SpeedBench {
 public:
  SpeedBench(const schemas::DeviceProfile& max78000, const schemas::DeviceProfile& max78002,
             const SpeedSettings& settings, const accel::fast::Kernels& kernels, bool with_onednn)
      : max78000_(max78000),
        max78002_(max78002),
        settings_(settings),
        kernels_(kernels),
        with_onednn_(with_onednn) {}

  [[nodiscard]] ModelSpeed model(const SpeedModel& subject) const {
    ModelSpeed speed;
    speed.model = subject.name;
    for (const Layer& layer : subject.program.layers)
      if (!layer.skipped) speed.macs += accel_model::macs(layer);
    measure_model(subject, speed);
    speed.giga_macs_per_second = double(speed.macs) * speed.runs_per_second / 1e9;

    auto small = whole_on(subject.program, max78000_);
    auto silicon = small ? small : whole_on(subject.program, max78002_);
    if (!small) small = chunks_on(subject.program, max78000_);
    if (!silicon) silicon = small;
    if (!small) small = cycles_on(subject.program, max78000_);
    speed.silicon = silicon ? silicon->how : "none";
    if (silicon) {
      speed.silicon_us = silicon->seconds * 1e6;
      speed.silicon_ms = silicon->seconds * 1e3;
      speed.times_silicon = silicon->seconds * speed.runs_per_second;
    }
    speed.max78000 = small->how;
    speed.max78000_us = small->seconds * 1e6;
    speed.max78000_ms = small->seconds * 1e3;
    speed.times_max78000 = small->seconds * speed.runs_per_second;
    return speed;
  }

  [[nodiscard]] LayerSpeed layer(const std::string& model, const Layer& layer) const {
    LayerSpeed speed;
    speed.model = model;
    speed.layer = layer.name;
    speed.shape = text_of(layer);
    speed.three_by_three = layer.kernel == accel_model::Extent{3, 3};
    speed.macs = accel_model::macs(layer);
    const Program program = alone(layer);
    accel::fast::Plan plan(program, {{some_values(weight_count(program.layers[0])), {}}}, kernels_, false);
    const auto input = some_values(program.input().values());
    plan.run(input);
    const auto other = with_onednn_ ? OneDnnConv::make(program.layers[0]) : nullptr;
    std::vector<double> ours, theirs, ratios;
    for (std::uint32_t turn = 0; turn < settings_.turns; ++turn) {
      ours.push_back(seconds_of_one([&] { plan.run_steps(); }, part() / 4));
      if (!other) continue;
      theirs.push_back(seconds_of_one([&] { other->run(); }, part() / 4));
      ratios.push_back(theirs.back() / ours.back());
    }
    speed.giga_macs_per_second = double(speed.macs) / median(ours) / 1e9;
    if (!other) return speed;
    speed.onednn_giga_macs_per_second = double(speed.macs) / median(theirs) / 1e9;
    speed.times_onednn = median(ratios);
    speed.spread_percent = spread_percent(ratios);
    speed.onednn_code = other->code();
    return speed;
  }

 private:
  void measure_model(const SpeedModel& subject, ModelSpeed& speed) const {
    accel::Inference inference(subject.program, subject.weights, kernels_.name);
    const accel::Tensor input{subject.program.input(), some_values(subject.program.input().values())};
    inference.run(input.values);
    std::vector<double> rates, ratios;
    for (std::uint32_t turn = 0; turn < settings_.turns; ++turn) {
      const double fast = seconds_of_one([&] { inference.run(input.values); }, part());
      const double plain =
          seconds_of_one([&] { (void)run_program(subject.program, subject.weights, input); }, 0);
      rates.push_back(1 / fast);
      ratios.push_back(plain / fast);
    }
    speed.runs_per_second = median(rates);
    speed.spread_percent = spread_percent(rates);
    speed.times_reference = median(ratios);
  }

  [[nodiscard]] double part() const { return settings_.seconds / settings_.turns; }

  const schemas::DeviceProfile& max78000_;
  const schemas::DeviceProfile& max78002_;
  const SpeedSettings& settings_;
  const accel::fast::Kernels& kernels_;
  bool with_onednn_;
};

void summarize(SpeedReport& report) {
  double ours = 0, theirs = 0;
  for (const LayerSpeed& layer : report.layers) {
    if (!layer.three_by_three || !layer.times_onednn) continue;
    ours += double(layer.macs) / layer.giga_macs_per_second;
    theirs += double(layer.macs) / *layer.onednn_giga_macs_per_second;
    report.three_by_three_worst = std::min(report.three_by_three_worst.value_or(1e9), *layer.times_onednn);
  }
  if (ours > 0) report.three_by_three_times_onednn = theirs / ours;
}

std::vector<std::string> notes_for(const accel::fast::Kernels& kernels) {
  std::vector<std::string> notes{
      "times are processor time of one thread",
      "silicon times are modelled: inference only, without loading and unloading",
      "a single layer of ours includes making its operand; oneDNN's data and weights lie ready"};
  if (kernels.operand_bytes > 1)
    notes.push_back(
        "without VNNI, oneDNN adds pairs of products in 16 bits, which saturates: it is faster there by not "
        "being "
        "exact, so only times are compared");
  return notes;
}

}  // namespace

Result<SpeedReport> measure_speed(const std::vector<SpeedModel>& models,
                                  const schemas::DeviceProfile& max78000,
                                  const schemas::DeviceProfile& max78002, const SpeedSettings& settings) {
  const auto all = accel::fast::available_kernels();
  const auto kernels = std::find_if(all.begin(), all.end(), [&](const accel::fast::Kernels& k) {
    return settings.instruction_set.empty() || k.name == settings.instruction_set;
  });
  if (kernels == all.end()) {
    std::string known;
    for (const auto& k : all) known += (known.empty() ? "" : ", ") + std::string(k.name);
    return Error{ErrorCode::kNotFound,
                 "this machine has no instruction set '" + settings.instruction_set + "', but: " + known};
  }
  const auto limit = limit_onednn(kernels->name);
  if (!limit && limit.error().code == ErrorCode::kConflict) return limit.error();
  SpeedReport report;
  report.instruction_set = kernels->name;
  report.onednn = limit ? *limit : limit.error().message;
  report.notes = notes_for(*kernels);
  const SpeedBench bench(max78000, max78002, settings, *kernels, bool(limit));
  std::vector<std::pair<const std::string*, const Layer*>> layers;  // each form once
  std::set<std::string> measured;
  for (const auto& subject : models)
    for (const Layer& layer : subject.program.layers)
      if (settings.layers && is_compared(layer) && measured.insert(text_of(layer)).second)
        layers.emplace_back(&subject.name, &layer);
  std::size_t done = 0;
  const auto tell = [&](const std::string& what) {
    if (settings.progress) settings.progress(done++, models.size() + layers.size(), what);
  };
  for (const auto& subject : models) {
    tell(subject.name);
    report.models.push_back(bench.model(subject));
  }
  for (const auto& [name, layer] : layers) {
    tell(*name + " " + layer->name);
    report.layers.push_back(bench.layer(*name, *layer));
  }
  summarize(report);
  return report;
}

}  // namespace synergy::accel_bench

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::accel_bench::SpeedReport>();
