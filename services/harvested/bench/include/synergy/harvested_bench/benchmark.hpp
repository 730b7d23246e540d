// The benchmark of inference on harvested power: one device without a battery, every policy.
//
//   table  rows                                             compared
//   A      each policy at each place, by virtual runs       beside `restart-cold` and `restart`
//   B      the same runs                                    beside `layer`
//   D      smallest capacitors; the best of those tried     whole inference, piece by piece
//   E      energy of an inference by plans                  once, sequence, batch; linear program
//   F      inputs done in time, by virtual runs             each policy; what the energy suffices for
//   I      closed form, books, computed shares              steps of a microsecond, runs
//   J      time of 20 inferences, by virtual runs           one who knows the harvest; bound
//
// (The letters are those of a longer list; C, G and H need what is not here.) A place is a model, a capacitor
// and a harvest. Figures that nobody has measured are taken low, at a default and high:
//
//   figures   asleep with weights                 boot
//   low       0.15 mW                             2.5 ms (of the device file)
//   default   0.25 mW (of the device file)        10 ms
//   high      0.5 mW (a MAX78002's, AN7664)       70 ms (slow regulators)
//
// All else is of the device file. Runs begin at the voltage where power is lost, so that nobody is given a
// charge that he did not harvest, with inputs at hand, and last as long as the harvest, at most `longest`.
// Nothing depends on the machine's speed. One thread.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "synergy/documents/load.hpp"
#include "synergy/harvested_bench/report.hpp"

namespace synergy::harvested_bench {

inline constexpr std::string_view kTables = "ABDEFIJ";

struct BenchSettings {
  documents::DeployFolder deploy{""};
  std::string device = "max78000-harvested";
  std::set<char> tables{kTables.begin(), kTables.end()};
  std::vector<std::string> models{
      "convnet5", "kws", "simplenet", "widenet", "ressimplenet", "unet", "efficientnetv2-custom"};
  std::vector<double> capacitors_uf{150, 330, 470, 1000, 4700};
  /// Names in `deploy`, or files; none: seeds 1 and 2 of each family of accel_model/harvest_families.hpp.
  std::vector<std::string> traces{};
  Duration longest = std::chrono::minutes(10);
  std::function<void(std::size_t done, std::size_t all, const std::string& what)> progress{};
};

/// All tables, on two small models, two capacitors and two harvests of five minutes: some seconds.
[[nodiscard]] BenchSettings quick_settings();

/// Fails as intermittent_offline::read_case() and harvested_offline::virtual_run(), and with kInvalid for a
/// capacitor of 0 or above 1 F, or a table that there is not. A policy that ends no inference is a row.
[[nodiscard]] Result<BenchReport> run_benchmark(const BenchSettings& settings);

}  // namespace synergy::harvested_bench
