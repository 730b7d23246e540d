// Plans: which layers run where, in which order, and what that is predicted to give.
//
// A collaboration plan is executable by itself: every step of every execution plan names the units it holds
// and for how long, so that executors need no cost model and can not disagree with the planner.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/conflict.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/frame.hpp"
#include "synergy/schemas/model.hpp"
#include "synergy/schemas/placement.hpp"
#include "synergy/schemas/planning.hpp"

namespace synergy::schemas {

/// One step of a run. `transfer` is one interval that holds tx of the sender and rx of the receiver; a tensor
/// that fits the SRAM of neither or only one end is streamed: the same step then also holds cpu and
/// accelerator of the ends named by `Step::unloads` and `Step::loads`, and stands for those tasks.
enum class TaskKind { kSense, kPrepare, kSwitch, kLoad, kInfer, kUnload, kUnpack, kTransfer, kInteract };
template <>
inline constexpr std::array<std::pair<TaskKind, std::string_view>, 9> kEnumNames<TaskKind>{{
    {TaskKind::kSense, "sense"},
    {TaskKind::kPrepare, "prepare"},
    {TaskKind::kSwitch, "switch"},
    {TaskKind::kLoad, "load"},
    {TaskKind::kInfer, "infer"},
    {TaskKind::kUnload, "unload"},
    {TaskKind::kUnpack, "unpack"},
    {TaskKind::kTransfer, "transfer"},
    {TaskKind::kInteract, "interact"},
}};

struct Step {
  TaskKind kind = TaskKind::kSense;
  DeviceId device;  ///< of a transfer: the sender
  DeviceId to;      ///< of a transfer: the receiver; else empty
  std::uint32_t chunk =
      0;  ///< index into the execution plan's chunks, for switch, load, infer, unload, unpack
  Duration duration{0};
  std::uint64_t bytes = 0;  ///< moved by a transfer, load or unload; 0 otherwise
  double energy_uj = 0;
  double receiver_energy_uj = 0;  ///< of a transfer: the part of `energy_uj` that `to` spends
  bool unloads = false;           ///< of a transfer: streamed out of the sender's chunk `chunk`
  bool loads = false;  ///< of a transfer: streamed into the receiver's chunk (`chunk` + 1 if `unloads`)
  /// Of a switch: weights are loaded, too. The accelerator then holds this chunk and no other.
  bool reloads = false;

  static void fields(auto& f) {
    using S = Step;
    f.required("kind", &S::kind, "the task");
    f.required("device", &S::device, "where; the sender", kPlainName);
    f.optional("to", &S::to, "the receiver of a transfer");
    f.optional("chunk", &S::chunk, "which of the chunks it belongs to");
    f.required("duration_ns", &S::duration, "how long its units are held", kIsDuration);
    f.optional("bytes", &S::bytes, "moved by it", in_unit("bytes", kIsTensorSize));
    f.optional("energy_uj", &S::energy_uj, "energy of the task, idle power not included", amount());
    f.optional("receiver_energy_uj", &S::receiver_energy_uj,
               "of a transfer: the receiver's part of energy_uj", amount());
    f.optional("unloads", &S::unloads, "of a transfer: streamed out of the accelerator");
    f.optional("loads", &S::loads, "of a transfer: streamed into the accelerator");
    f.optional("reloads", &S::reloads,
               "of a switch: weights are loaded, too; the accelerator holds no other chunk then");
  }
  bool operator==(const Step&) const = default;
  /// uJ that one end spends: the receiver of a transfer, or `device`, which spends the rest.
  [[nodiscard]] double energy_of_end(bool receives) const {
    return receives ? receiver_energy_uj : energy_uj - receiver_energy_uj;
  }
  /// `chunk` is for the execution plan to judge.
  [[nodiscard]] Status check() const;
};

/// A unit of a device, as a task holds it.
struct UnitRef {
  DeviceId device;
  Unit unit = Unit::kCpu;
  auto operator<=>(const UnitRef&) const = default;
};

/// The units that a step holds for its whole duration. The accelerator's memory is closed to the MCU while a
/// network runs, and words are moved by the MCU: load, unload and switch hold both.
[[nodiscard]] inline std::vector<UnitRef> units_held(const Step& step) {
  switch (step.kind) {
    case TaskKind::kSense:
      return {{step.device, Unit::kSensor}};
    case TaskKind::kPrepare:
    case TaskKind::kUnpack:
      return {{step.device, Unit::kCpu}};
    case TaskKind::kSwitch:
    case TaskKind::kLoad:
    case TaskKind::kUnload:
      return {{step.device, Unit::kCpu}, {step.device, Unit::kAccelerator}};
    case TaskKind::kInfer:
      return {{step.device, Unit::kAccelerator}};
    case TaskKind::kTransfer: {
      std::vector<UnitRef> held{{step.device, Unit::kTx}, {step.to, Unit::kRx}};
      if (step.unloads)
        held.insert(held.end(), {{step.device, Unit::kCpu}, {step.device, Unit::kAccelerator}});
      if (step.loads) held.insert(held.end(), {{step.to, Unit::kCpu}, {step.to, Unit::kAccelerator}});
      return held;
    }
    case TaskKind::kInteract:
      return {{step.device, Unit::kActuator}};
  }
  return {};
}

/// Room for a run's tensor in a device's SRAM, held from the beginning of one step to the end of another.
/// With n slots, a run takes it only when the n-th run before it, of the same execution plan, has left it.
struct TensorBuffer {
  DeviceId device;
  std::uint32_t first_step = 0, last_step = 0;
  std::uint64_t bytes = 0;
  std::uint32_t slots = 1;

  static void fields(auto& f) {
    using B = TensorBuffer;
    f.required("device", &B::device, "whose SRAM", kPlainName);
    f.required("first_step", &B::first_step, "step at whose beginning it is taken");
    f.required("last_step", &B::last_step, "step at whose end it is left");
    f.required("bytes", &B::bytes, "of one slot", in_unit("bytes", kIsTensorSize));
    f.required("slots", &B::slots, "runs that may hold it at a time", from_to(1, kMaxRunsInFlight));
  }
  bool operator==(const TensorBuffer&) const = default;
  /// Its steps are for the execution plan to judge.
  [[nodiscard]] Status check() const;
};

/// One way to run a pipeline.
struct ExecutionPlan {
  double share = 1;  ///< of the pipeline's runs
  DeviceId source, target;
  std::vector<Chunk> chunks;
  std::vector<Step> steps;  ///< in the order one run takes them
  Duration latency{0};      ///< of one run in an empty mesh
  double energy_uj = 0;     ///< of one run's tasks
  std::vector<TensorBuffer> buffers;
  bool generated = false;  ///< no file of the source's sensor serves the model: its frames are noise

  static void fields(auto& f) {
    using P = ExecutionPlan;
    f.required("share", &P::share, "of the pipeline's runs, 0 to 1", in_unit("share", amount(1)));
    f.required("source", &P::source, "device that senses", kPlainName);
    f.required("target", &P::target, "device that interacts", kPlainName);
    f.required("chunks", &P::chunks, "in order", items(1));
    f.required("steps", &P::steps, "in order", items(1));
    f.required("latency_ns", &P::latency, "one run in an empty mesh", kIsDuration);
    f.required("energy_uj", &P::energy_uj, "tasks of one run", amount());
    f.optional("buffers", &P::buffers, "SRAM that its tensors hold");
    f.optional("generated", &P::generated,
               "frames are generated noise: no file of the sensor serves the model");
  }
  bool operator==(const ExecutionPlan&) const = default;
  [[nodiscard]] Status check() const;
};

struct PipelinePlan {
  AppId app;
  ModelId model;
  std::string sensing;       ///< the capability its source senses with
  std::string model_digest;  ///< of the model's files: executors refuse another content of the same name
  ResultKind result = ResultKind::kArgmax;
  std::uint32_t output_width = 8;
  /// Of an argmax: values that a label is chosen from, and pixels of the output; more than one pixel, or more
  /// channels than classes, make a map of labels (`synergy/execution/result_value.hpp`).
  std::uint32_t classes = 0, output_pixels = 1;
  std::vector<std::string> labels;
  std::uint64_t input_bytes = 0;
  FrameShape input;                             ///< of one frame
  std::optional<PictureDescription> picture{};  ///< how any picture becomes the input; nothing: none does
  std::optional<SoundDescription> sound{};      ///< how any sound becomes the input; nothing: none does
  std::string expects;               ///< the capability that the model was made for; empty: not told
  FrameUse frames = FrameUse::kOwn;  ///< how its runs take them
  std::vector<ExecutionPlan> executions;
  std::vector<std::uint32_t> sequence;  ///< execution plan of run n: entry n modulo size; empty: always 0
  std::uint32_t depth = 1;              ///< runs in flight at most
  std::int32_t priority = 0;            ///< of the app: its tasks go first where units are contended
  double weight = 1;                    ///< of the app
  double runs_per_second = 0;           ///< predicted
  std::uint32_t runs_per_cycle = 1;     ///< that the units' orders hold
  Duration cycle{0};       ///< predicted: how long a cycle takes where no run is passed over; rounded to 1 ns
  bool paced = false;      ///< its runs start at `runs_per_second` at most; surplus turns are passed over
  double energy_uj = 0;    ///< predicted: tasks of a run, mean over its execution plans
  std::string bottleneck;  ///< what bounds its rate: `watch rx`, or in words

  static void fields(auto& f) {
    using P = PipelinePlan;
    f.required("app", &P::app, "the app", kPlainName);
    f.required("model", &P::model, "its model", kPlainName);
    f.required("sensing", &P::sensing, "the capability its source senses with", text_of(1, kMaxNameBytes));
    f.required("model_digest", &P::model_digest, "SHA-256 of the model's files");
    f.required("result", &P::result, "what is made of the output");
    f.required("output_width", &P::output_width, "bits of an output value", kIsOutputWidth);
    f.optional("classes", &P::classes, "that a label is chosen from; 0: every output value");
    f.optional("output_pixels", &P::output_pixels, "of the output; default 1");
    f.optional("labels", &P::labels, "names of the classes");
    f.required("input_bytes", &P::input_bytes, "of one frame", kIsTensorSize);
    f.optional("input", &P::input, "shape of one frame");
    f.optional("picture", &P::picture,
               "how any picture becomes the input; null: the model takes frames of its shape only");
    f.optional("sound", &P::sound,
               "how any sound becomes the input; null: the model takes frames of its shape only");
    f.optional("expects", &P::expects, "the capability that the model was made for");
    f.optional("frames", &P::frames,
               "how its runs take frames: own (default), the sensor's; newest, once, every: that are fed");
    f.required("executions", &P::executions, "with their shares", items(1));
    f.optional("sequence", &P::sequence,
               "execution plan of each run of a cycle, in turn; empty: always the first");
    f.required("depth", &P::depth, "runs in flight at most", from_to(1, kMaxRunsInFlight));
    f.optional("priority", &P::priority, "higher goes first where units are contended");
    f.optional("weight", &P::weight, "of the app; default 1", from_to(kMinWeight, kMaxWeight));
    f.required("runs_per_second", &P::runs_per_second, "predicted", in_unit("runs per second", amount()));
    f.required("runs_per_cycle", &P::runs_per_cycle, "that the units' orders hold",
               from_to(1, kMaxRunsPerCycle));
    f.required("cycle_ns", &P::cycle, "predicted: a cycle in which no run is passed over", kIsDuration);
    f.optional("paced", &P::paced, "its runs start at runs_per_second at most; default false");
    f.required("energy_uj", &P::energy_uj, "predicted: tasks of a run, mean", amount());
    f.required("bottleneck", &P::bottleneck, "what bounds its rate");
  }
  bool operator==(const PipelinePlan&) const = default;
  [[nodiscard]] InputKinds kinds() const { return {picture, sound}; }
  [[nodiscard]] Status check() const;
};

/// What a person should know of where the app's input comes from, a sentence each: the model was made for
/// another capability; frames are generated noise.
[[nodiscard]] std::vector<std::string> warnings_on_input(const PipelinePlan& pipeline);

/// A task's place in a cycle: step `step` of execution plan `execution` of pipeline `pipeline` (indices), of
/// the cycle's run `run` of that pipeline. In its n-th cycle a unit serves that task of cycle n - `lag`; a
/// cycle below 0 is passed over.
struct TaskRef {
  std::uint32_t pipeline = 0, execution = 0, step = 0;
  std::uint32_t run = 0, lag = 0;
  static void fields(auto& f) {
    f.required("pipeline", &TaskRef::pipeline, "index");
    f.required("execution", &TaskRef::execution, "index");
    f.required("step", &TaskRef::step, "index");
    f.optional("run", &TaskRef::run, "of the pipeline's runs in a cycle; default 0");
    f.optional("lag", &TaskRef::lag, "cycles behind; default 0");
  }
  bool operator==(const TaskRef&) const = default;
};

/// The order of one unit's tasks in a cycle, and how long they hold it. Tasks of one chunk on the accelerator
/// follow each other directly, because its data memory is theirs from load to unload.
struct UnitOrder {
  DeviceId device;
  Unit unit = Unit::kCpu;
  std::vector<TaskRef> order;
  Duration busy{0};

  static void fields(auto& f) {
    using U = UnitOrder;
    f.required("device", &U::device, "the device", kPlainName);
    f.required("unit", &U::unit, "the unit");
    f.required("order", &U::order, "its tasks in a cycle, in turn");
    f.required("busy_ns", &U::busy, "held per cycle", kIsDuration);
  }
  bool operator==(const UnitOrder&) const = default;
};

/// What a plan occupies on one device.
struct MemoryUse {
  DeviceId device;
  std::uint64_t weight_bytes = 0, bias_bytes = 0, layers = 0;
  std::uint64_t buffer_bytes = 0;  ///< SRAM of all tensor buffers

  static void fields(auto& f) {
    using M = MemoryUse;
    f.required("device", &M::device, "the device", kPlainName);
    f.required("weight_bytes", &M::weight_bytes, "weights resident");
    f.required("bias_bytes", &M::bias_bytes, "bias values");
    f.required("layers", &M::layers, "layers resident");
    f.required("buffer_bytes", &M::buffer_bytes, "SRAM held for tensors");
  }
  bool operator==(const MemoryUse&) const = default;
};

/// What a device draws under a plan, and how long its battery lasts so.
struct DevicePower {
  DeviceId device;
  double power_mw = 0;          ///< idle power and its part of all tasks
  std::optional<double> hours;  ///< nothing where nothing drains its battery

  static void fields(auto& f) {
    using D = DevicePower;
    f.required("device", &D::device, "the device", kPlainName);
    f.required("power_mw", &D::power_mw, "idle power and its part of all tasks", amount());
    f.optional("hours", &D::hours, "until its battery is empty; null: nothing drains it",
               in_unit("hours", amount()));
  }
  bool operator==(const DevicePower&) const = default;
};

/// Of objective `fair`: apps that can not have more per weight, once those of the levels before have theirs.
/// Of objective `lifetime`: devices whose batteries can not last longer, once those of the levels before do.
struct RateLevel {
  double value = 0, bound = 0;  ///< rate / weight, or hours, and what no plan can beat; equal where proved
  std::vector<AppId> apps;
  std::vector<DeviceId> devices;

  static void fields(auto& f) {
    using L = RateLevel;
    f.required("value", &L::value,
               "runs per second: rate / weight of its apps where units are loaded as much as they can be; or "
               "the hours of its devices' batteries",
               amount());
    f.required("bound", &L::bound, "the same; with the levels before as they are, no plan gives more",
               amount());
    f.required("apps", &L::apps, "that have just that rate / weight");
    f.optional("devices", &L::devices, "that last just so long");
  }
  bool operator==(const RateLevel&) const = default;
};

/// The same for all devices together: the body is out of service when the first of its batteries is empty.
struct BodyPower {
  double power_mw = 0;          ///< sum over the devices
  std::optional<double> hours;  ///< of the device that is empty first; nothing where none ever is
  DeviceId empty_first;         ///< that device, of equal ones the first; empty where there is none

  static void fields(auto& f) {
    using B = BodyPower;
    f.required("power_mw", &B::power_mw, "of all devices together", amount());
    f.optional("hours", &B::hours, "until the first battery is empty; null: nothing drains any",
               in_unit("hours", amount()));
    f.optional("empty_first", &B::empty_first, "the device whose battery that is; empty: none");
  }
  bool operator==(const BodyPower&) const = default;
};
[[nodiscard]] BodyPower body_power(const std::vector<DevicePower>& devices);

/// An app that a plan does not serve, and why.
struct LeftOut {
  AppId app;
  std::string reason;
  std::string code = "no_fit";                        ///< as of a failure
  std::optional<RefusalKind> refusal = std::nullopt;  ///< nothing where the app was not planned for at all
  std::optional<Conflict> conflict = std::nullopt;    ///< behind the reason, where it is known
  static void fields(auto& f) {
    f.required("app", &LeftOut::app, "the app");
    f.required("reason", &LeftOut::reason, "why it is not served");
    f.optional("code", &LeftOut::code, "as of a failure; default no_fit");
    f.optional("refusal", &LeftOut::refusal,
               "the planner's word: oor, infeasible, budget_spent or invalid; null: it was not asked");
    f.optional("conflict", &LeftOut::conflict, "the demands that can not hold together; null: not known");
  }
  bool operator==(const LeftOut&) const = default;
};

/// State topic `state/plan`, and the answer to `plan.make`.
struct CollaborationPlan {
  std::uint64_t id = 0;
  std::string body;
  std::string policy;
  Effort effort = Effort::kFull;
  Objective objective = Objective::kFair;
  PlanStatus status = PlanStatus::kHeuristic;
  /// Nothing where a policy that claims nothing was not cut short, or where it is not known.
  std::optional<StoppedBy> stopped_by;
  std::uint64_t nodes_spent =
      0;  ///< of all searches behind it: where time cut one, this makes the plan again
  Residency residency = Residency::kResident;
  std::vector<PipelinePlan> pipelines;
  std::vector<UnitOrder> units;
  bool overlap = true;  ///< false: a run starts when the one before it, of any app, has ended
  TaskOrder order = TaskOrder::kCyclic;
  std::vector<LeftOut> left_out;  ///< apps that were asked for and find no room
  std::vector<MemoryUse> memory;
  std::vector<DevicePower> devices;  ///< of all present devices, in body order
  /// By the objective: runs per second, us or uJ; and what no plan can beat, where the policy claims that.
  double objective_value = 0;
  std::optional<double> bound;
  std::vector<RateLevel> levels;  ///< of objective `fair`, the lowest first
  double rounds_per_second = 0;   ///< the lowest of the pipelines' rates
  Duration latency{0};            ///< mean over the pipelines, in an empty mesh
  double energy_uj = 0;           ///< tasks of a run, mean over all runs at the plan's rates
  std::string bottleneck;         ///< of the pipeline with the lowest rate
  std::string reason;             ///< why this plan, in words
  std::uint64_t planning_us = 0;
  std::optional<Placement> pinned{};  ///< somebody chose the placement: this; nothing: the planner did

  static constexpr MessageName kMessage{"plan", 2, 2, "state/plan", 2};
  static void fields(auto& f) {
    using P = CollaborationPlan;
    f.required("id", &P::id, "number in the plan history");
    f.required("body", &P::body, "the body it is for");
    f.required("policy", &P::policy, "what chose it");
    f.optional("effort", &P::effort, "quick or full; default full");
    f.required("objective", &P::objective, "what was sought");
    f.required("status", &P::status, "optimal, bounded or heuristic");
    f.optional("stopped_by", &P::stopped_by,
               "what ended the search: proof, nodes or time; null: nothing did");
    f.optional("nodes_spent", &P::nodes_spent, "nodes that the search took");
    f.optional("residency", &P::residency, "resident, reload or needed; default resident");
    f.required("pipelines", &P::pipelines, "one for each app");
    f.required("units", &P::units, "order and load of each unit");
    f.optional("overlap", &P::overlap, "false: one run at a time in the whole mesh");
    f.optional("order", &P::order, "cyclic or dynamic; default cyclic");
    f.optional("left_out", &P::left_out, "apps that find no room, and why");
    f.required("memory", &P::memory, "what is occupied");
    f.required("devices", &P::devices, "what each present device draws, and for how long");
    f.required("objective_value", &P::objective_value,
               "predicted, by the objective: runs per second, us, uJ or hours");
    f.optional("bound", &P::bound, "no plan is better; null: none claimed");
    f.optional("levels", &P::levels, "of objectives fair and lifetime, the lowest first");
    f.required("rounds_per_second", &P::rounds_per_second, "the lowest of the pipelines' rates", amount());
    f.required("latency_ns", &P::latency, "predicted, mean over pipelines, empty mesh", kIsDuration);
    f.required("energy_uj", &P::energy_uj, "predicted: tasks of a run, mean over all runs", amount());
    f.required("bottleneck", &P::bottleneck, "of the pipeline with the lowest rate");
    f.required("reason", &P::reason, "why this plan");
    f.required("planning_us", &P::planning_us, "time spent planning");
    f.optional("pinned", &P::pinned, "the placement that somebody pinned; null: the planner chose");
  }
  bool operator==(const CollaborationPlan&) const = default;
  /// The app's pipeline; nullptr: the plan does not serve it.
  [[nodiscard]] const PipelinePlan* find(const AppId& app) const;
  /// Whether it can be followed at all: every index is in range. Whether it is a good plan is verify()'s
  /// matter.
  [[nodiscard]] Status check() const;
};

/// Indices of pipelines, ascending.
using PipelineGroup = std::vector<std::uint32_t>;
/// Pipelines that share a unit, directly or by way of others, are a group: their tasks wait for each other,
/// and they have one cycle. Those of different groups never wait for each other. In the order of the groups'
/// first pipelines. Without overlap all pipelines are one group.
[[nodiscard]] std::vector<PipelineGroup> groups_of(const CollaborationPlan& plan);

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<Step>();
extern template const StructInfo& describe<TensorBuffer>();
extern template const StructInfo& describe<ExecutionPlan>();
extern template const StructInfo& describe<PipelinePlan>();
extern template const StructInfo& describe<TaskRef>();
extern template const StructInfo& describe<UnitOrder>();
extern template const StructInfo& describe<MemoryUse>();
extern template const StructInfo& describe<DevicePower>();
extern template const StructInfo& describe<RateLevel>();
extern template const StructInfo& describe<BodyPower>();
extern template const StructInfo& describe<LeftOut>();
extern template const StructInfo& describe<CollaborationPlan>();

}  // namespace synergy::schemas
