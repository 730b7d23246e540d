// Runs on the move: the order to begin one, the tensors between executors, and how it ended.
//
// Every time here is model time: the point at which the emulated hardware would do it, whatever the host's
// delays.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/frame.hpp"

namespace synergy::schemas {

/// Which pass of which pipeline. A retry is another attempt at the same run: one run has one result.
struct RunKey {
  AppId app;
  std::uint64_t run = 0;
  std::uint32_t attempt = 1;

  static void fields(auto& f) {
    f.required("app", &RunKey::app, "the app", kPlainName);
    f.required("run", &RunKey::run, "number, from 0", kIsRunNumber);
    f.required("attempt", &RunKey::attempt, "from 1", from_to(1, kMaxCount));
  }
  auto operator<=>(const RunKey&) const = default;
};

/// What a run carries from device to device.
struct RunState {
  RunKey key;
  std::uint64_t plan_id = 0;
  std::uint32_t execution = 0;      ///< index into the pipeline's execution plans
  ModelTime began{};                ///< when its sensing began
  double energy_uj = 0;             ///< spent so far
  std::vector<DeviceId> devices;    ///< crossed so far, in order
  std::uint64_t start = 0;          ///< of the plan (Deploy)
  std::uint64_t turn = 0;           ///< of the pipeline's, since that start
  bool generated = false;           ///< its frame was generated noise: so what comes of it says nothing
  std::optional<FrameRef> frame{};  ///< that was fed; nothing: the sensor's own

  static void fields(auto& f) {
    using R = RunState;
    f.required("key", &R::key, "which run");
    f.required("plan_id", &R::plan_id, "by which plan", kIsRunNumber);
    f.required("execution", &R::execution, "by which of the pipeline's execution plans");
    f.required("began_ns", &R::began, "model time its sensing began", kIsModelTime);
    f.required("energy_uj", &R::energy_uj, "of its tasks so far", amount());
    f.required("devices", &R::devices, "crossed so far", kCrossed);
    f.optional("start", &R::start, "which start of the plan");
    f.optional("turn", &R::turn, "which of the pipeline's turns since that start", kIsRunNumber);
    f.optional("generated", &R::generated, "its frame was generated noise");
    f.optional("frame", &R::frame, "that was fed; null: the sensor's own");
  }
};

/// Dispatcher to the source's executor, topic `run/DEVICE`: begin this run, not before that time. Turns of
/// a pipeline are counted from 0 since the plan was started, whatever runs take them.
struct RunGrant {
  RunKey key;
  std::uint64_t plan_id = 0;
  std::uint32_t execution = 0;
  ModelTime not_before{};
  std::uint64_t start = 0, turn = 0;
  std::optional<FrameRef> frame{};  ///< to take; nothing: the sensor's own, or the newest that was fed
  static constexpr MessageName kMessage{"run.grant", 1, 1, "run/DEVICE"};
  static void fields(auto& f) {
    using G = RunGrant;
    f.required("key", &G::key, "which run");
    f.required("plan_id", &G::plan_id, "by which plan");
    f.required("execution", &G::execution, "which execution plan");
    f.required("not_before_ns", &G::not_before, "earliest model time of its sensing", kIsModelTime);
    f.optional("start", &G::start, "which start of the plan");
    f.optional("turn", &G::turn, "which of the pipeline's turns since that start", kIsRunNumber);
    f.optional("frame", &G::frame, "to take; null: the sensor's own, or the newest that was fed");
  }
};

/// Dispatcher to an executor, topic `run/DEVICE`: these turns of the app's pipeline are not taken, and
/// units pass them over. Nothing of them was ever granted.
struct RunSkip {
  AppId app;
  std::uint64_t plan_id = 0;
  std::uint64_t start = 0, first_turn = 0, turns = 0;
  static constexpr MessageName kMessage{"run.skip", 1, 1, "run/DEVICE"};
  static void fields(auto& f) {
    using S = RunSkip;
    f.required("app", &S::app, "whose pipeline", kPlainName);
    f.required("plan_id", &S::plan_id, "by which plan");
    f.required("start", &S::start, "which start of the plan");
    f.required("first_turn", &S::first_turn, "the first", kIsRunNumber);
    f.required("turns", &S::turns, "how many", from_to(0, kMaxTurnsSkipped));
  }
};

/// Executor to executor, topic `run/DEVICE`: the receiver's half of a transfer, which it answers with
/// TensorTaken; or, without data, the run itself, where its next step is elsewhere and no tensor has to move
/// (the accelerator that a tensor is streamed to is prepared first).
struct TensorSent {
  RunState run;
  std::uint32_t step = 0;  ///< the transfer, or the next step, as an index into the execution plan's steps
  DeviceId from;
  ModelTime ready{};  ///< when the sender and its tx were ready
  Bytes data;
  static constexpr MessageName kMessage{"tensor", 1, 1, "run/DEVICE"};
  static void fields(auto& f) {
    using T = TensorSent;
    f.required("run", &T::run, "the run it belongs to");
    f.required("step", &T::step, "the transfer");
    f.required("from", &T::from, "the sending device", kPlainName);
    f.required("ready_ns", &T::ready, "model time at which the sender was ready", kIsModelTime);
    f.required("data", &T::data, "channels x rows x columns, packed");
  }
};

/// The receiver's word on when the transfer takes place: it knows when its rx is free.
struct TensorTaken {
  RunKey key;
  std::uint32_t step = 0;
  ModelTime begin{}, end{};
  static constexpr MessageName kMessage{"tensor.taken", 1, 1, "run/DEVICE"};
  static void fields(auto& f) {
    using T = TensorTaken;
    f.required("key", &T::key, "the run");
    f.required("step", &T::step, "the transfer");
    f.required("begin_ns", &T::begin, "model time", kIsModelTime);
    f.required("end_ns", &T::end, "model time", kIsModelTime);
  }
  [[nodiscard]] Status check() const;
};

/// Topic `event/result/APP`. (app, run) is its identity; after a crash a subscriber may see it twice.
struct RunResult {
  RunState run;
  ModelTime ended{};
  std::int32_t label = -1;  ///< argmax: index of the class
  std::int32_t score = 0;   ///< argmax: the class's output value
  std::string label_name;
  Bytes output;     ///< a map of labels, a byte each; softmax, raw: the bytes
  Duration lag{0};  ///< how far the host was behind model time when it ended
  static constexpr MessageName kMessage{"run.result", 1, 1, "event/result/APP"};
  static void fields(auto& f) {
    using R = RunResult;
    f.required("run", &R::run, "which run, its energy, the devices it crossed");
    f.required("ended_ns", &R::ended, "model time the interaction ended", kIsModelTime);
    f.required("label", &R::label, "index of the class; -1: not an argmax");
    f.required("score", &R::score, "the class's output value");
    f.optional("label_name", &R::label_name, "name of the class");
    f.optional("output", &R::output, "softmax or raw output");
    f.optional("lag_ns", &R::lag, "host time behind model time at the end");
  }
  [[nodiscard]] Duration latency() const { return ended - run.began; }
  [[nodiscard]] Status check() const;
};

/// Topic `event/failed/APP`: one attempt at a run did not come through.
struct RunFailed {
  RunKey key;
  DeviceId device;
  std::string reason;
  static constexpr MessageName kMessage{"run.failed", 1, 1, "event/failed/APP"};
  static void fields(auto& f) {
    using F = RunFailed;
    f.required("key", &F::key, "which attempt");
    f.required("device", &F::device, "where it ended");
    f.required("reason", &F::reason, "why");
  }
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<RunKey>();
extern template const StructInfo& describe<RunState>();
extern template const StructInfo& describe<RunGrant>();
extern template const StructInfo& describe<RunSkip>();
extern template const StructInfo& describe<TensorSent>();
extern template const StructInfo& describe<TensorTaken>();
extern template const StructInfo& describe<RunResult>();
extern template const StructInfo& describe<RunFailed>();

}  // namespace synergy::schemas
