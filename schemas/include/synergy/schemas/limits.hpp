// How much a message may claim: the limits that decode() holds every message and file to, so that handlers
// can count with what they are given. A field list names them (`Limits`), so decode() and `synergy schema`
// know them from one place; what holds between several fields is the struct's own check().
//
// Each is far above what a mesh needs and far below what its arithmetic bears: sums and products of values
// within the limits stay within 63 bits.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "synergy/base/clock.hpp"
#include "synergy/base/text.hpp"

namespace synergy::schemas {

/// Of every whole number and every other one, in either direction, where nothing narrower is said. Two may be
/// added; SQLite holds them.
inline constexpr std::int64_t kMaxWholeNumber = std::int64_t(1) << 62;
inline constexpr double kMaxNumber = 1e18;
/// Devices of one body.
inline constexpr std::size_t kMaxDevices = 64;
/// Sources of one sensor; axes of a frame (as many as NumPy allows).
inline constexpr std::size_t kMaxSources = 64, kMaxAxes = 64;
/// Of a profile, in whatever unit its name says.
inline constexpr double kMaxFigure = 1e9;
/// Host seconds per model second. Below the least, a host that has been up for years would count model time
/// beyond its 63 bits.
inline constexpr double kMinTimeScale = 0.01, kMaxTimeScale = 1e6;
/// Of one step, or of all steps of a run.
inline constexpr Duration kLongestDuration = std::chrono::hours(240);
/// The end of model time: 146 years.
inline constexpr ModelTime kLastModelTime{Duration(std::int64_t(1) << 62)};
/// Runs of one submission, and the number of an app's last run.
inline constexpr std::uint64_t kMaxRuns = 1'000'000'000'000'000;
inline constexpr std::uint64_t kMaxRunNumber = std::uint64_t(1) << 62;
/// Runs of one app that were started and have not ended: a message lists them.
inline constexpr std::uint64_t kMaxOpenRuns = 65536;
/// Turns that pass at once: executors go through them one by one.
inline constexpr std::uint64_t kMaxTurnsSkipped = 1u << 24;
/// Runs per second that an app may ask for: at least, and at most. No device takes so many frames.
inline constexpr double kMinRate = 1e-6, kMaxRate = 1e9;
/// Runs of all pipelines together that a plan's units serve in a cycle.
inline constexpr std::uint32_t kMaxRunsPerCycle = 256;
/// An app's weight: its share of what several apps can have.
inline constexpr double kMinWeight = 1e-6, kMaxWeight = 1e6;
/// Runs of one app in flight.
inline constexpr std::uint32_t kMaxRunsInFlight = 256;
/// A frame, or a tensor between two chunks. A MAX78002 has 1.25 MiB of data memory.
inline constexpr std::uint64_t kMaxTensorBytes = 4u << 20;
/// Rows, and columns, of a picture that become channels of an input.
inline constexpr std::uint32_t kMaxFold = 16;
/// Of sound, in samples per second: at least; at most; at most where a network takes it.
inline constexpr std::uint32_t kMinSoundRate = 4'000, kMaxSoundRate = 192'000, kMaxModelSoundRate = 48'000;
/// How many times louder a window of sound may be made.
inline constexpr std::uint32_t kMaxGain = 256;
/// From one window of a longer sound to the next, in seconds.
inline constexpr double kMinHop = 0.01, kMaxHop = 3600;
/// Of a heartbeat: what the monitor passes on for every process must fit one message.
inline constexpr std::size_t kMaxProcessNameBytes = 128, kMaxNoteBytes = 512, kMaxCounters = 64;
/// Of an envelope's texts: request ids are remembered, senders' names are part of topics.
inline constexpr std::size_t kMaxSenderBytes = 128, kMaxRequestIdBytes = 128;
/// Attempts at one run, and other counts of 32 bits that begin with 1.
inline constexpr std::uint32_t kMaxCount = std::numeric_limits<std::uint32_t>::max();
/// Of texts, lists and maps for which nothing narrower is said: the message's own limits hold.
inline constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

/// What the values of one field are held to beyond their type. Of a list or a map, what is said of numbers
/// and texts holds for each item. A field with none of these still lies within kMaxWholeNumber or kMaxNumber.
struct Limits {
  bool any_number = false;  ///< any 64 bits: a mask, a seed, or a number that is only compared with others
  std::optional<std::int64_t> least{}, most{};      ///< of whole numbers and times
  std::optional<double> least_real{}, most_real{};  ///< of other numbers
  std::span<const std::int64_t> one_of{};           ///< the only whole numbers; empty: any within the others
  std::size_t least_bytes = 0, most_bytes = kNoLimit;          ///< of a text, in UTF-8
  std::size_t least_items = 0, most_items = kNoLimit;          ///< of a list or a map
  std::size_t least_key_bytes = 0, most_key_bytes = kNoLimit;  ///< of the names in a map
  bool plain_name = false;  ///< a text that may name an app or a device (is_plain_name)
  bool or_nothing = false;  ///< 0 is allowed beside the numbers, or no text beside the texts
  std::string_view unit{};  ///< where the field's name does not end in it
};

/// is_plain_name() as a regular expression (ECMA-262), for programs in other languages.
inline constexpr std::string_view kPlainNamePattern = "^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$";

inline constexpr Limits kAnyNumber{.any_number = true};
inline constexpr Limits kPlainName{.least_bytes = 1, .most_bytes = kMaxNameBytes, .plain_name = true};
inline constexpr Limits kPlainNameOrNone{
    .least_bytes = 1, .most_bytes = kMaxNameBytes, .plain_name = true, .or_nothing = true};

template <std::integral Least, std::integral Most>
[[nodiscard]] constexpr Limits from_to(Least least, Most most) {
  return {.least = std::int64_t(least), .most = std::int64_t(most)};
}
[[nodiscard]] constexpr Limits from_to(double least, double most) {
  return {.least_real = least, .most_real = most};
}
/// A rate, an energy, a share: not negative.
[[nodiscard]] constexpr Limits amount(double most = kMaxNumber) { return from_to(0.0, most); }
/// A text of so many bytes.
[[nodiscard]] constexpr Limits text_of(std::size_t least, std::size_t most) {
  return {.least_bytes = least, .most_bytes = most};
}
/// A list or a map of so many items.
[[nodiscard]] constexpr Limits items(std::size_t least, std::size_t most = kNoLimit) {
  return {.least_items = least, .most_items = most};
}
[[nodiscard]] constexpr Limits in_unit(std::string_view unit, Limits limits = {}) {
  limits.unit = unit;
  return limits;
}

inline constexpr Limits kIsDuration = from_to(0, kLongestDuration.count());
inline constexpr Limits kIsModelTime = from_to(0, kLastModelTime.time_since_epoch().count());
inline constexpr Limits kIsRunNumber = from_to(0, kMaxRunNumber);
inline constexpr Limits kIsTensorSize = from_to(0, kMaxTensorBytes);
inline constexpr Limits kIsTimeScale =
    in_unit("host seconds per model second", from_to(kMinTimeScale, kMaxTimeScale));
/// The devices that a run crossed; the counters of a heartbeat.
inline constexpr Limits kCrossed{
    .least_bytes = 1, .most_bytes = kMaxNameBytes, .most_items = kMaxDevices, .plain_name = true};
inline constexpr Limits kFewCounters{
    .most_items = kMaxCounters, .least_key_bytes = 1, .most_key_bytes = kMaxNameBytes};
inline constexpr std::array<std::int64_t, 2> kOutputWidths{8, 32};
inline constexpr Limits kIsOutputWidth{.one_of = kOutputWidths, .unit = "bits"};
inline constexpr Limits kIsSoundRate{
    .least = kMinSoundRate, .most = kMaxSoundRate, .or_nothing = true, .unit = "samples per second"};
inline constexpr Limits kIsHop{
    .least_real = kMinHop, .most_real = kMaxHop, .or_nothing = true, .unit = "seconds"};
inline constexpr Limits kIsRate{.least_real = kMinRate, .most_real = kMaxRate, .or_nothing = true};

}  // namespace synergy::schemas
