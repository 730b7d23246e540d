// What boards did, as published: the file `deploy/calibration/measurements.yaml`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/schemas/fields.hpp"

namespace synergy::accel_bench {

/// One network on one chip. Times in ms, energies in uJ above idle.
struct MeasuredNetwork {
  std::string name, device;
  std::string folder;  ///< of the network's model.yaml, below deploy; empty: `left_out` says why
  std::string left_out, note, source;
  std::optional<double> inference_ms, weight_load_ms, input_load_ms;
  std::optional<double> inference_uj, weight_load_uj, input_load_uj;

  static void fields(auto& f) {
    using M = MeasuredNetwork;
    f.required("name", &M::name, "as the source calls it");
    f.required("device", &M::device, "device profile");
    f.optional("folder", &M::folder, "of the network, below deploy");
    f.optional("left_out", &M::left_out, "why it is not compared");
    f.optional("note", &M::note, "what to know about the row");
    f.required("source", &M::source, "where it was published");
    f.optional("inference_ms", &M::inference_ms, "start to end");
    f.optional("weight_load_ms", &M::weight_load_ms, "all weights");
    f.optional("input_load_ms", &M::input_load_ms, "one input");
    f.optional("inference_uj", &M::inference_uj, "above idle");
    f.optional("weight_load_uj", &M::weight_load_uj, "above idle");
    f.optional("input_load_uj", &M::input_load_uj, "above idle");
  }
};

/// An inference of which only energy and time are known, which gives a mean power.
struct MeasuredPower {
  std::string name, device, source;
  double energy_uj = 0, time_ms = 0;

  static void fields(auto& f) {
    using M = MeasuredPower;
    f.required("name", &M::name, "as the source calls it");
    f.required("device", &M::device, "device profile");
    f.required("energy_uj", &M::energy_uj, "of one inference");
    f.required("time_ms", &M::time_ms, "of one inference");
    f.required("source", &M::source, "where it was published");
  }
};

struct Measurements {
  std::vector<MeasuredNetwork> networks;
  std::vector<MeasuredPower> powers;

  static void fields(auto& f) {
    using M = Measurements;
    f.required("networks", &M::networks, "networks on chips");
    f.required("powers", &M::powers, "mean powers");
  }
};

}  // namespace synergy::accel_bench

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::accel_bench::Measurements>();
