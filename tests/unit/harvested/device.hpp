// Devices, models and harvests for the tests of services/harvested.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "synergy/accel/model_files.hpp"
#include "synergy/accel_model/harvest_trace.hpp"
#include "synergy/base/splitmix64.hpp"
#include "synergy/documents/harvest_file.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/harvested/run.hpp"
#include "synergy/intermittent/chain.hpp"
#include "synergy/planner_service/read_model.hpp"

namespace synergy::harvested_test {

using namespace harvested;
using accel_model::HarvestTrace;
using accel_model::PowerState;

inline const std::vector<std::string>& five_models() {
  static const std::vector<std::string> names{"convnet5", "kws", "simplenet", "widenet", "ressimplenet"};
  return names;
}

inline std::filesystem::path deploy() { return std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy"; }

/// On a MAX78000; inputs lie in SRAM.
inline const Chain& chain_of(const std::string& name) {
  static std::map<std::string, Chain> known;
  if (const auto found = known.find(name); found != known.end()) return found->second;
  const documents::DeployFolder folder(deploy());
  const auto model = planner_service::read_model(folder, ModelId(name));
  EXPECT_TRUE(model) << model.error().message;
  const auto profile = folder.device_profile("max78000");
  EXPECT_TRUE(profile) << profile.error().message;
  auto chain = intermittent::make_chain(*model, *profile, {.inputs_in_fram = false});
  EXPECT_TRUE(chain) << chain.error().message;
  return known.emplace(name, std::move(*chain)).first->second;
}

inline Network& network_of(const std::string& name) {
  static std::map<std::string, Network> known;
  if (const auto found = known.find(name); found != known.end()) return found->second;
  auto model = accel::load_model(deploy() / "models" / name);
  EXPECT_TRUE(model) << model.error().message;
  auto network =
      Network::of(std::move(model->program), std::move(model->weights), chain_of(name).first_layer);
  EXPECT_TRUE(network) << network.error().message;
  return known.emplace(name, std::move(*network)).first->second;
}

/// Input `number`: one of three, so that they are computed once.
inline Bytes input_of(const Network& network, std::uint64_t number) {
  SplitMix64 random(77 + number % 3);
  Bytes bytes(network.bytes_at(0));
  for (auto& byte : bytes) byte = std::uint8_t(random.next());
  return bytes;
}

/// 3.15 to 2.0 V, tantalum, sleep 0.25 mW: the figures of a pilot study.
inline DeviceFigures device_of(const Chain& chain, double microfarads) {
  DeviceFigures device;
  auto& store = device.store;
  store.capacitor = {.capacitance_uf = microfarads, .rc_s = 196, .esr_ohm = 0};
  store.converter.output_efficiency = 0.85;
  store.thresholds = {.on_v = 3.15, .off_v = 2.0, .max_v = 3.3};
  store.retained_mw = 0.25;
  store = with_boot_of(chain, store);
  device.margin = 1;
  return device;
}

inline HarvestTrace constant_uw(double uw) { return HarvestTrace::constant(std::uint64_t(uw * 1000)); }

inline HarvestTrace deployed_harvest(const std::string& name) {
  const auto recording = documents::read_harvest(deploy() / "harvest" / (name + ".csv"));
  EXPECT_TRUE(recording) << recording.error().message;
  return *HarvestTrace::of(*recording);
}

inline std::unique_ptr<Policy> policy_of(const std::string& name, const Chain& chain,
                                         const DeviceFigures& device) {
  auto policy = make_policy(name, chain, device);
  EXPECT_TRUE(policy) << name << ": " << policy.error().message;
  return policy ? std::move(*policy) : nullptr;
}

}  // namespace synergy::harvested_test
