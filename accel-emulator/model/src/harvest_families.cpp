#include "synergy/accel_model/harvest_families.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "synergy/base/splitmix64.hpp"
#include "synergy/base/text.hpp"

namespace synergy::accel_model {
namespace {

using schemas::HarvestRecording;

/// SplitMix64::below() takes a remainder; here the product's upper half is part of the format.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : bits_(seed) {}
  std::int64_t one_of(std::int64_t n) {
    return std::int64_t(((bits_.next() >> 32) * std::uint64_t(n)) >> 32);
  }
  bool with_probability(std::int64_t of_65536) { return one_of(65536) < of_65536; }

 private:
  SplitMix64 bits_;
};

/// Writes a row where the power changes.
class Rows {
 public:
  explicit Rows(HarvestRecording& into) : into_(into) {}
  void add(std::int64_t t_us, std::int64_t p_nw) {
    const schemas::HarvestRow row{std::uint64_t(t_us), std::uint64_t(p_nw)};
    if (into_.rows.empty() || into_.rows.back().p_nw != row.p_nw) into_.rows.push_back(row);
  }

 private:
  HarvestRecording& into_;
};

/// A level that moves to a neighbour, or at times to any.
struct Levels {
  std::int64_t tick_us, ticks;
  std::array<std::int64_t, 6> nw;
  std::int64_t stay, jump;  ///< of 65536: ticks without a move; moves that may lead anywhere

  void run(Draws draws, Rows rows) const {
    constexpr auto kLast = std::int64_t(std::tuple_size_v<decltype(nw)>) - 1;
    std::int64_t level = (kLast + 1) / 2;
    for (std::int64_t tick = 0; tick < ticks; ++tick) {
      if (!draws.with_probability(stay)) {
        if (draws.with_probability(jump))
          level = draws.one_of(kLast + 1);
        else
          level = std::clamp<std::int64_t>(level + (draws.one_of(2) != 0 ? 1 : -1), 0, kLast);
      }
      rows.add(tick * tick_us, nw[std::size_t(level)]);
    }
  }
};

struct OnOff {
  std::int64_t tick_us, ticks, on_nw, off_nw;
  std::int64_t mean_on, mean_off;  ///< ticks

  void run(Draws draws, Rows rows) const {
    bool on = false;
    for (std::int64_t tick = 0; tick < ticks; ++tick) {
      if (draws.with_probability(65536 / (on ? mean_on : mean_off))) on = !on;
      rows.add(tick * tick_us, on ? on_nw : off_nw);
    }
  }
};

/// Per cent of a step's peak, a tick each.
constexpr std::array<std::int64_t, 16> kPulse{16, 64, 100, 72, 44, 30, 20, 13, 9, 6, 4, 3, 2, 1, 1, 0};

/// While it walks, a step every `period` +- 2 ticks, of 50 to 150 % of the peak.
struct Steps {
  std::int64_t tick_us, ticks, peak_nw, period, mean_walk, mean_rest, base_nw;

  void run(Draws draws, Rows rows) const {
    bool walks = false;
    std::int64_t next = 0, peak = 0, age = std::int64_t(kPulse.size());
    for (std::int64_t tick = 0; tick < ticks; ++tick, ++age) {
      if (draws.with_probability(65536 / (walks ? mean_walk : mean_rest))) {
        walks = !walks;
        next = tick;
      }
      if (walks && tick >= next) {
        age = 0;
        peak = peak_nw * (50 + draws.one_of(101)) / 100;
        next = tick + period - 2 + draws.one_of(5);
      }
      const bool pulses = age < std::int64_t(kPulse.size());
      rows.add(tick * tick_us, base_nw + (pulses ? peak * kPulse[std::size_t(age)] / 100 : 0));
    }
  }
};

struct RandomWalk {
  std::int64_t tick_us, ticks, least_nw, most_nw, start_nw, step_nw;

  void run(Draws draws, Rows rows) const {
    auto power = start_nw;
    for (std::int64_t tick = 0; tick < ticks; ++tick) {
      power = std::clamp(power + draws.one_of(2 * step_nw + 1) - step_nw, least_nw, most_nw);
      rows.add(tick * tick_us, power);
    }
  }
};

/// A family, whatever its rule.
struct Family {
  std::string_view name, what;
  HarvestRecording (*generate)(std::uint64_t seed);
};

template <const auto& kRule>
HarvestRecording by(std::uint64_t seed) {
  HarvestRecording recording;
  recording.duration_us = std::uint64_t(kRule.tick_us * kRule.ticks);
  kRule.run(Draws(seed), Rows(recording));
  return recording;
}

constexpr Levels kOfficeWall{
    1'000'000, 3600, {40'000, 90'000, 140'000, 180'000, 230'000, 290'000}, 65536 - 1311, 13107};
constexpr Levels kWristOffice{
    100'000, 9000, {5'000, 30'000, 70'000, 120'000, 200'000, 320'000}, 65536 - 3277, 9830};
constexpr Levels kWristSun{
    100'000, 9000, {100'000, 700'000, 2'000'000, 3'500'000, 5'500'000, 8'000'000}, 65536 - 3277, 9830};
constexpr Steps kAnkleWalk{20'000, 45'000, 420'000, 28, 1500, 750, 400};
constexpr RandomWalk kTegArm{1'000'000, 3600, 5'000, 50'000, 22'000, 1'200};
constexpr OnOff kRfRoom{20'000, 15'000, 900'000, 20'000, 20, 60};

constexpr std::array<Family, 6> kFamilies{{
    {"office-wall", "photovoltaic cell of 2 to 3 cm2 on an office wall", by<kOfficeWall>},
    {"wrist-office", "the same cell on a wrist that moves indoors", by<kWristOffice>},
    {"wrist-sun", "the same cell on a wrist outdoors, jogging", by<kWristSun>},
    {"ankle-walk", "piezo element at the ankle, walking and resting", by<kAnkleWalk>},
    {"teg-arm", "thermoelectric element on arm or leg", by<kTegArm>},
    {"rf-room", "915 MHz transmitter, walking through its room", by<kRfRoom>},
}};

}  // namespace

std::vector<std::string> harvest_families() {
  std::vector<std::string> names;
  for (const auto& family : kFamilies) names.emplace_back(family.name);
  return names;
}

Result<schemas::HarvestRecording> generate_harvest(std::string_view family, std::uint64_t seed) {
  for (const auto& known : kFamilies) {
    if (known.name != family) continue;
    auto recording = known.generate(seed);
    recording.name = std::string(family) + "-" + std::to_string(seed);
    recording.what = known.what;
    recording.kind = schemas::HarvestKind::kHarvesterOutput;
    recording.source = "generated, seed " + std::to_string(seed);
    recording.licence = "Apache-2.0";
    return recording;
  }
  const auto known = harvest_families();
  return Error{ErrorCode::kNotFound, unknown_name("harvest family", family, known)};
}

}  // namespace synergy::accel_model
