#include "silicon_time.hpp"

#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/cycles.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/rules.hpp"

namespace synergy::accel_bench {
namespace {

using accel_model::Program;

std::string chip(const schemas::DeviceProfile& profile) {
  return std::string(schemas::name_of(profile.accelerator));
}

std::optional<double> seconds_on(const Program& program, const schemas::DeviceProfile& profile) {
  if (!check_rules(program, profile.accelerator)) return std::nullopt;
  const Program* programs[] = {&program};
  const auto placed = accel_model::place(programs, profile.accelerator);
  if (!placed) return std::nullopt;
  return std::chrono::duration<double>(chunk_cost(program, profile, placed->programs.front()).infer).count();
}

}  // namespace

std::optional<SiliconTime> whole_on(const Program& program, const schemas::DeviceProfile& profile) {
  const auto seconds = seconds_on(program, profile);
  if (!seconds) return std::nullopt;
  return SiliconTime{chip(profile), *seconds};
}

// The longest chunk that fits, then the longest of the rest, and so on.
std::optional<SiliconTime> chunks_on(const Program& program, const schemas::DeviceProfile& profile) {
  auto ends = clean_cuts(program);
  ends.push_back(std::uint32_t(program.layers.size()));
  SiliconTime total;
  std::uint32_t begin = 0, chunks = 0;
  while (begin < program.layers.size()) {
    std::optional<double> longest;
    std::uint32_t end = begin;
    for (const auto cut : ends) {
      if (cut <= begin) continue;
      if (const auto seconds = seconds_on(chunk_of(program, begin, cut - 1), profile)) {
        longest = seconds;
        end = cut;
      }
    }
    if (!longest) return std::nullopt;
    total.seconds += *longest;
    begin = end;
    ++chunks;
  }
  total.how = chip(profile) + " in " + std::to_string(chunks) + " chunks";
  return total;
}

SiliconTime cycles_on(const Program& program, const schemas::DeviceProfile& profile) {
  std::uint64_t cycles = accel_model::kStartCycles;
  for (const auto& layer : program.layers) cycles += layer_cycles(layer, profile.accelerator, 0);
  return {chip(profile) + ", cycles only", double(cycles) / (profile.cnn_clock_mhz.value * 1e6), false};
}

}  // namespace synergy::accel_bench
