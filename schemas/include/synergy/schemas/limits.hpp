// How much a message may claim: the limits that decode() holds every message and file to, so that handlers
// can count with what they are given.
//
// Each is far above what a mesh needs and far below what its arithmetic bears: sums and products of values
// within the limits stay within 63 bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synergy/base/clock.hpp"

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
/// Runs of one app in flight.
inline constexpr std::uint32_t kMaxRunsInFlight = 256;
/// A frame, or a tensor between two chunks. A MAX78002 has 1.25 MiB of data memory.
inline constexpr std::uint64_t kMaxTensorBytes = 4u << 20;
/// Of a heartbeat: what the monitor passes on for every process must fit one message.
inline constexpr std::size_t kMaxProcessNameBytes = 128, kMaxNoteBytes = 512, kMaxCounters = 64;
/// Of an envelope's texts: request ids are remembered, senders' names are part of topics.
inline constexpr std::size_t kMaxSenderBytes = 128, kMaxRequestIdBytes = 128;

}  // namespace synergy::schemas
