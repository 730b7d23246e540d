// Frames that are fed: inputs of a sensor that come from outside the mesh, one by one.
//
// Whoever has a frame feeds it (FrameFeed) to the executor of the device whose sensor is to see it. The
// executor writes the frame to its spool before it answers, and tells the dispatcher of it (FramesOpen). The
// dispatcher starts a run for each app that takes the frame. Each of these (app, frame) has one outcome, a
// result or a failure with a reason, which the store keeps with the run. When it is kept, the dispatcher says
// so (FrameEnded), and the executor forgets the frame.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/envelope.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/frame_shape.hpp"

namespace synergy::schemas {

/// When an app runs.
enum class Trigger {
  kFree,   ///< as often as its plan gives
  kFrame,  ///< once for each frame of its sensor, in order
};
template <>
inline constexpr std::array<std::pair<Trigger, std::string_view>, 2> kEnumNames<Trigger>{{
    {Trigger::kFree, "free"},
    {Trigger::kFrame, "frame"},
}};

/// How a pipeline's runs take frames. The planner says so, by the app's request and by its source's sensor.
enum class FrameUse {
  kOwn,     ///< those that the sensor has itself, from files or a generator
  kNewest,  ///< the newest that was fed, as often as it runs
  kOnce,    ///< the newest that was fed, each for one run at most; older ones are passed over
  kEvery,   ///< each that was fed, in order, for one run
};
template <>
inline constexpr std::array<std::pair<FrameUse, std::string_view>, 4> kEnumNames<FrameUse>{{
    {FrameUse::kOwn, "own"},
    {FrameUse::kNewest, "newest"},
    {FrameUse::kOnce, "once"},
    {FrameUse::kEvery, "every"},
}};

/// The type of a frame's values: pixels, as sensors give them; a network's input; samples of sound, two bytes
/// each, the lower one first.
enum class ElementType { kUint8, kInt8, kInt16 };
template <>
inline constexpr std::array<std::pair<ElementType, std::string_view>, 3> kEnumNames<ElementType>{{
    {ElementType::kUint8, "uint8"},
    {ElementType::kInt8, "int8"},
    {ElementType::kInt16, "int16"},
}};
[[nodiscard]] constexpr std::uint64_t bytes_of(ElementType type) {
  return type == ElementType::kInt16 ? 2 : 1;
}

/// Of a frame's id, in UTF-8. Apps that one frame waits for; frames that one message tells of.
inline constexpr std::size_t kMaxFrameIdBytes = 128;
inline constexpr std::size_t kMaxFramesTold = 256;

/// Which frame. (device, sensor, id) is its key for people, (device, sequence) for programs. All empty: none.
struct FrameRef {
  DeviceId device;
  std::string sensor;          ///< the capability
  std::string id;              ///< as whoever fed it called it
  std::uint64_t sequence = 0;  ///< of the device, in the order they were fed; 0: no frame

  static void fields(auto& f) {
    using R = FrameRef;
    f.optional("device", &R::device, "whose sensor", kPlainNameOrNone);
    f.optional("sensor", &R::sensor, "the capability");
    f.optional("id", &R::id, "as whoever fed it called it");
    f.optional("sequence", &R::sequence, "of the device, in the order they were fed; 0: no frame",
               kIsRunNumber);
  }
  bool operator==(const FrameRef&) const = default;
  [[nodiscard]] bool is_told() const { return sequence != 0; }
};

/// The frame is in the executor's spool: it survives the end of any process, though not a power cut.
struct FrameFed {
  FrameRef frame;
  std::vector<AppId> apps;  ///< each has one outcome of it
  bool again = false;       ///< a frame of that id had been fed before, and nothing was changed
  static constexpr MessageName kMessage{"frame.fed"};
  static void fields(auto& f) {
    using F = FrameFed;
    f.required("frame", &F::frame, "which frame");
    f.required("apps", &F::apps, "apps that have one outcome of it each");
    f.optional("again", &F::again, "it had been fed before");
  }
};

/// To `cmd/executor/DEVICE`: a frame for one of the device's sensors. The same id again is answered as the
/// first time. Fails with kOverloaded while the spool is full, with kNotFound where the device has no such
/// sensor or the sensor is not fed, and with kInvalid where an app that takes it can not use it.
struct FrameFeed {
  std::string sensor;
  std::string id;
  ElementType dtype = ElementType::kUint8;
  Axes shape;
  Layout layout = Layout::kChw;
  std::uint32_t sound_rate = 0;  ///< of sound, which is mono, one axis of int16; 0: it is none
  Bytes data;
  static constexpr MessageName kMessage{"frame.feed", 1, 1, "cmd/executor/DEVICE"};
  using Reply = FrameFed;
  static void fields(auto& f) {
    using F = FrameFeed;
    f.required("sensor", &F::sensor, "the capability: camera, microphone ...", text_of(1, kMaxNameBytes));
    f.required("id", &F::id, "names the frame among those of the sensor: the same id again is the same frame",
               text_of(1, kMaxFrameIdBytes));
    f.optional(
        "dtype", &F::dtype,
        "uint8 (default): pixels; int8: a network's input; int16: sound, of two bytes a sample, the lower "
        "one first");
    f.required("shape", &F::shape, "lengths of the axes", items(1, kMaxAxes));
    f.optional("layout", &F::layout,
               "of the axes: chw (default), or hwc: rows, columns, channels, as pictures have it");
    f.optional("sound_rate", &F::sound_rate,
               "of mono sound (int16, its samples are the only axis); 0: it is no sound", kIsSoundRate);
    f.required("data", &F::data, "the values, the last axis' neighbours together");
  }
  /// Refuses a shape that has another number of values than `data`, or none; sound that is not int16 of one
  /// axis, and int16 that is no sound.
  [[nodiscard]] Status check() const;
};

/// A frame that is in a spool, and has no outcome yet for these apps.
struct OpenFrame {
  std::string sensor, id;
  std::uint64_t sequence = 0;
  std::vector<AppId> apps;
  static void fields(auto& f) {
    using O = OpenFrame;
    f.required("sensor", &O::sensor, "the capability");
    f.required("id", &O::id, "as whoever fed it called it");
    f.required("sequence", &O::sequence, "of the device, in the order they were fed", kIsRunNumber);
    f.required("apps", &O::apps, "that have no outcome of it yet; may be none");
  }
  bool operator==(const OpenFrame&) const = default;
};

/// Executor to `cmd/dispatcher`: frames that came, in order. `again`: they may have been told before, and
/// some may have an outcome, of which the executor has not heard.
struct FramesOpen {
  DeviceId device;
  std::vector<OpenFrame> frames;
  bool again = false;
  static constexpr MessageName kMessage{"frame.open", 1, 1, "cmd/dispatcher"};
  using Reply = Done;
  static void fields(auto& f) {
    using F = FramesOpen;
    f.required("device", &F::device, "whose sensors they came to", kPlainName);
    f.required("frames", &F::frames, "by sequence, ascending", items(0, kMaxFramesTold));
    f.optional("again", &F::again, "they may have been told before");
  }
};

/// Dispatcher to the executor that spools the frame, topic `run/DEVICE`: the app's outcome is kept, or the
/// app does not want the frame any more. Where it is lost, the executor tells of the frame again.
struct FrameEnded {
  AppId app;
  std::uint64_t sequence = 0;
  static constexpr MessageName kMessage{"frame.ended", 1, 1, "run/DEVICE"};
  static void fields(auto& f) {
    f.required("app", &FrameEnded::app, "whose outcome", kPlainName);
    f.required("sequence", &FrameEnded::sequence, "of the frame", kIsRunNumber);
  }
};

/// One outcome that is kept.
struct FrameOutcome {
  AppId app;
  std::uint64_t run = 0, sequence = 0;
  static void fields(auto& f) {
    using F = FrameOutcome;
    f.required("app", &F::app, "the app", kPlainName);
    f.required("run", &F::run, "its run", kIsRunNumber);
    f.required("sequence", &F::sequence, "of the frame", kIsRunNumber);
  }
  bool operator==(const FrameOutcome&) const = default;
};

struct FrameOutcomes {
  std::vector<FrameOutcome> outcomes;
  static constexpr MessageName kMessage{"store.frames"};
  static void fields(auto& f) {
    f.required("outcomes", &FrameOutcomes::outcomes, "by sequence, then by app");
  }
};

/// Which of a device's frames have an outcome, and in which runs.
struct QueryFrames {
  DeviceId device;
  std::vector<std::uint64_t> sequences;
  static constexpr MessageName kMessage{"store.query_frames", 1, 1, "cmd/store"};
  using Reply = FrameOutcomes;
  static void fields(auto& f) {
    f.required("device", &QueryFrames::device, "whose sensors they came to", kPlainName);
    f.required("sequences", &QueryFrames::sequences, "of the frames", items(0, kMaxFramesTold));
  }
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<FrameRef>();
extern template const StructInfo& describe<FrameFed>();
extern template const StructInfo& describe<FrameFeed>();
extern template const StructInfo& describe<OpenFrame>();
extern template const StructInfo& describe<FramesOpen>();
extern template const StructInfo& describe<FrameEnded>();
extern template const StructInfo& describe<FrameOutcome>();
extern template const StructInfo& describe<FrameOutcomes>();
extern template const StructInfo& describe<QueryFrames>();

}  // namespace synergy::schemas
