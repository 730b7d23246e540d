// Where an executor keeps the frames that were fed to its device's sensors, until each app that takes a frame
// has its outcome.
//
// Two implementations: on disk (spool/, for the live mesh) and in memory (memory_spool.hpp, for tests and
// virtual days).
//
// Frames are numbered in the order they were added, over all sensors of the device. A number is never given
// twice, not even after a spool was deleted: numbers begin with the microseconds since 1970 at which the
// spool was made.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/frame.hpp"

namespace synergy::executor {

/// Frames of one device that wait for an outcome, and bytes of these.
inline constexpr std::size_t kMostOpenFrames = 1024;
inline constexpr std::uint64_t kMostSpooledBytes = std::uint64_t(256) << 20;
/// Ids of one sensor that are remembered after their frames have ended: a feed of such an id is known as a
/// repetition.
inline constexpr std::size_t kMostIdsRemembered = 100'000;

/// Apps by the sensor whose frames each of them takes.
using Takers = std::map<std::string, std::vector<AppId>>;

/// A frame, with all there is of it.
struct SpooledFrame {
  std::string sensor, id;
  std::uint64_t sequence = 0;
  schemas::ElementType dtype = schemas::ElementType::kUint8;
  schemas::Axes shape;
  schemas::Layout layout = schemas::Layout::kChw;
  std::uint32_t sound_rate = 0;  ///< of sound; 0: it is none
  schemas::Bytes data;
};

/// What FrameSpool::add() answers where there is no room for another frame.
[[nodiscard]] Error spool_is_full(std::size_t open);

class FrameSpool {
 public:
  virtual ~FrameSpool() = default;

  struct Added {
    std::uint64_t sequence = 0;
    std::vector<AppId> apps;  ///< that the frame was added for
    bool again = false;       ///< it was there already, and nothing was changed
  };
  /// Adds the frame, for the apps that take the sensor's frames now; it is kept when this returns. Fails with
  /// kOverloaded where kMostOpenFrames or kMostSpooledBytes are reached, with kEnvironment where it can not
  /// be kept.
  virtual Result<Added> add(const schemas::FrameFeed& frame) = 0;
  /// What add() would answer where the sensor was fed a frame of that id before.
  virtual Result<std::optional<Added>> find(const std::string& sensor, const std::string& id) = 0;

  /// Who takes frames that are added from now on; kept, too.
  virtual Status set_takers(const Takers& takers) = 0;
  /// The app takes no frames that are added from now on.
  virtual Status drop_taker(const AppId& app) = 0;

  /// Fails with kNotFound where its content is not there any more.
  virtual Result<SpooledFrame> read(std::uint64_t sequence) = 0;
  /// The sensor's newest frame, whose content stays. Fails with kNotFound where there was none.
  virtual Result<SpooledFrame> newest(const std::string& sensor) = 0;

  /// The app has its outcome of the frame, or wants it no more. Of a frame that is not there: nothing.
  virtual Status ended(const AppId& app, std::uint64_t sequence) = 0;

  /// Frames behind `sequence` that apps wait for, each with those that do, and the newest of each sensor,
  /// which may have none; ascending, at most `most`.
  virtual Result<std::vector<schemas::OpenFrame>> open_after(std::uint64_t sequence, std::size_t most) = 0;
  /// Frames that apps wait for.
  [[nodiscard]] virtual std::size_t open() const = 0;
};

}  // namespace synergy::executor
