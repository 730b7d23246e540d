// How fast the emulator's fast path is: beside the silicon, the reference path, and a library for neural
// networks. One thread; all that is compared is measured in the same run, in turns, so that a busy machine
// slows both sides.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "synergy/accel/weights.hpp"
#include "synergy/accel_model/program.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::accel_bench {

struct SpeedModel {
  std::string name;
  accel_model::Program program;
  accel::ModelWeights weights;
};

struct SpeedSettings {
  std::string instruction_set;  ///< empty: the best of this machine
  double seconds = 0.5;         ///< for everything that is measured, all turns together
  std::uint32_t turns = 11;     ///< the median of them counts
  bool layers = true;           ///< also single layers, beside oneDNN
  /// Called before each thing that is measured.
  std::function<void(std::size_t done, std::size_t all, const std::string& what)> progress = {};
};

struct ModelSpeed {
  std::string model;
  std::uint64_t macs = 0;
  double runs_per_second = 0, spread_percent = 0, giga_macs_per_second = 0;
  std::string silicon;  ///< the chip that runs it
  std::optional<double> silicon_us, silicon_ms, times_silicon;
  std::string max78000;  ///< how a MAX78000 would run it
  double max78000_us = 0, max78000_ms = 0, times_max78000 = 0, times_reference = 0;

  static void fields(auto& f) {
    using M = ModelSpeed;
    f.required("model", &M::model, "name");
    f.required("macs", &M::macs, "multiplications of one inference, zeros of padding included");
    f.required("runs_per_second", &M::runs_per_second, "inferences on one core, median");
    f.required("spread_percent", &M::spread_percent, "fastest less slowest turn, of the median");
    f.required("giga_macs_per_second", &M::giga_macs_per_second, "10^9 multiplications a second");
    f.required("silicon", &M::silicon, "the chip that runs it");
    f.required("silicon_us", &M::silicon_us, "modelled time of one inference there");
    f.required("silicon_ms", &M::silicon_ms, "old name of silicon_us, in ms");
    f.required("times_silicon", &M::times_silicon, "how many times faster than that");
    f.required("max78000", &M::max78000, "how a MAX78000 would run it");
    f.required("max78000_us", &M::max78000_us, "modelled time of one inference there");
    f.required("max78000_ms", &M::max78000_ms, "old name of max78000_us, in ms");
    f.required("times_max78000", &M::times_max78000, "how many times faster than that");
    f.required("times_reference", &M::times_reference, "how many times faster than the reference path");
  }
};

/// One shape of a convolution. Ours includes making the operand with its border; oneDNN's has its data and
/// weights already in the order that it likes.
struct LayerSpeed {
  std::string model, layer, shape;  ///< the first layer of this shape
  bool three_by_three = false;
  std::uint64_t macs = 0;
  double giga_macs_per_second = 0;
  std::optional<double> onednn_giga_macs_per_second, times_onednn, spread_percent;
  std::string onednn_code;

  static void fields(auto& f) {
    using L = LayerSpeed;
    f.required("model", &L::model, "first model with this shape");
    f.required("layer", &L::layer, "its layer");
    f.required("shape", &L::shape, "inputs > outputs, kernel, padding");
    f.required("three_by_three", &L::three_by_three, "whether the kernel is 3x3");
    f.required("macs", &L::macs, "multiplications, zeros of padding included");
    f.required("giga_macs_per_second", &L::giga_macs_per_second, "ours, median");
    f.required("onednn_giga_macs_per_second", &L::onednn_giga_macs_per_second, "oneDNN's, median");
    f.required("times_onednn", &L::times_onednn, "ours by oneDNN's, median of the turns");
    f.required("spread_percent", &L::spread_percent,
               "largest less smallest ratio of the turns, of the median");
    f.required("onednn_code", &L::onednn_code, "what oneDNN says it used");
  }
};

struct SpeedReport {
  std::string instruction_set;
  std::string onednn;  ///< version and limit, or why it is missing
  std::vector<std::string> notes;
  std::vector<ModelSpeed> models;
  std::vector<LayerSpeed> layers;
  /// Over the 3x3 layers: all multiplications by all time, ours by oneDNN's; and the layer that does worst.
  std::optional<double> three_by_three_times_onednn, three_by_three_worst;

  static void fields(auto& f) {
    using R = SpeedReport;
    f.required("instruction_set", &R::instruction_set, "of the fast path");
    f.required("onednn", &R::onednn, "version and instruction set of oneDNN");
    f.required("notes", &R::notes, "what to know about the figures");
    f.required("models", &R::models, "whole models");
    f.required("layers", &R::layers, "shapes of convolutions");
    f.required("three_by_three_times_onednn", &R::three_by_three_times_onednn,
               "3x3 layers together: rate beside oneDNN's");
    f.required("three_by_three_worst", &R::three_by_three_worst, "lowest of the 3x3 layers' ratios");
  }
};

/// Fails with kNotFound for an instruction set that this machine lacks. A process can limit oneDNN only once,
/// so a second call with another instruction set fails with kConflict.
[[nodiscard]] Result<SpeedReport> measure_speed(const std::vector<SpeedModel>& models,
                                                const schemas::DeviceProfile& max78000,
                                                const schemas::DeviceProfile& max78002,
                                                const SpeedSettings& settings);

}  // namespace synergy::accel_bench

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::accel_bench::SpeedReport>();
