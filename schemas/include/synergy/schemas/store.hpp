// What is kept, and how it is asked for: commands to `cmd/store`. Each is idempotent by the key of its rows
// (profile name, app, plan id, app and run), and acknowledged after the commit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/envelope.hpp"
#include "synergy/schemas/frame.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"

namespace synergy::schemas {

/// Keeps a body and its profiles.
struct StoreBody {
  BodyView body;
  static constexpr MessageName kMessage{"store.body", 1, 1, "cmd/store"};
  using Reply = Done;
  static void fields(auto& f) { f.required("body", &StoreBody::body, "with every profile"); }
};

/// Keeps what was decided together: apps as they are now, the plan that serves them, and why; all or nothing.
struct StoreDecision {
  std::vector<AppStatus> apps;
  std::optional<CollaborationPlan> plan;
  std::string cause;
  std::string decided{};  ///< what was decided where no plan tells it; empty: nothing to say
  UnixTime at{};          ///< of the decision; 0: when it is kept
  std::string origin{};   ///< request id of the command that asked for it; empty: nobody did
  static constexpr MessageName kMessage{"store.decision", 2, 2, "cmd/store"};
  using Reply = Done;
  static void fields(auto& f) {
    using D = StoreDecision;
    f.required("apps", &D::apps, "apps that changed");
    f.optional("plan", &D::plan, "a new plan");
    f.required("cause", &D::cause, "what happened");
    f.optional("decided", &D::decided, "what was decided, where no plan tells it");
    f.optional("at_unix_ns", &D::at, "when it was decided");
    f.optional("origin", &D::origin, "request id of the command that asked for it; empty: nobody did",
               text_of(0, kMaxRequestIdBytes));
  }
};

/// Keeps how long the mesh took to go over to a plan; the first word on a plan stands.
struct StoreSwitch {
  std::uint64_t plan_id = 0;
  Duration drain{0};  ///< host time from the last run started under the plan before to its last result
  Duration load{0};   ///< host time from then until the plan was served everywhere
  static constexpr MessageName kMessage{"store.switch", 1, 1, "cmd/store"};
  using Reply = Done;
  static void fields(auto& f) {
    using S = StoreSwitch;
    f.required("plan_id", &S::plan_id, "the plan");
    f.required("drain_ns", &S::drain, "until no run was under way", kIsDuration);
    f.required("load_ns", &S::load, "from then until it was served", kIsDuration);
  }
};

enum class RunOutcome { kCompleted, kFailed };
template <>
inline constexpr std::array<std::pair<RunOutcome, std::string_view>, 2> kEnumNames<RunOutcome>{{
    {RunOutcome::kCompleted, "completed"},
    {RunOutcome::kFailed, "failed"},
}};

/// How one run ended. (app, run) is kept once; what comes later for the same run is ignored.
struct RunRecord {
  AppId app;
  std::uint64_t run = 0;
  std::uint32_t attempts = 1;
  std::uint64_t plan_id = 0;
  RunOutcome outcome = RunOutcome::kCompleted;
  std::int32_t label = -1, score = 0;
  ModelTime began{}, ended{};
  double energy_uj = 0;
  std::vector<DeviceId> devices;
  std::string reason;
  UnixTime recorded{};
  bool generated = false;           ///< computed from generated noise
  std::optional<FrameRef> frame{};  ///< that was fed, and whose outcome this is

  static void fields(auto& f) {
    using R = RunRecord;
    f.required("app", &R::app, "the app");
    f.required("run", &R::run, "its number", kIsRunNumber);
    f.required("attempts", &R::attempts, "how many it took");
    f.required("plan_id", &R::plan_id, "by which plan");
    f.required("outcome", &R::outcome, "completed or failed");
    f.required("label", &R::label, "index of the class; -1: none");
    f.required("score", &R::score, "its value");
    f.required("began_ns", &R::began, "model time", kIsModelTime);
    f.required("ended_ns", &R::ended, "model time", kIsModelTime);
    f.required("energy_uj", &R::energy_uj, "its tasks", amount());
    f.required("devices", &R::devices, "crossed, in order");
    f.optional("reason", &R::reason, "why it failed");
    f.required("recorded_unix_ns", &R::recorded, "wall clock");
    f.optional("generated", &R::generated, "computed from generated noise");
    f.optional("frame", &R::frame, "that was fed; null: the sensor's own");
  }
  [[nodiscard]] Status check() const;
  bool operator==(const RunRecord&) const = default;
};

/// Keeps how runs ended, and the apps' counts as of then, in one transaction.
struct StoreRuns {
  std::vector<RunRecord> runs;
  std::vector<AppStatus> apps;
  static constexpr MessageName kMessage{"store.runs", 1, 1, "cmd/store"};
  using Reply = Done;
  static void fields(auto& f) {
    f.required("runs", &StoreRuns::runs, "runs that ended");
    f.required("apps", &StoreRuns::apps, "the apps they belong to, as they are now");
  }
};

/// All that a dispatcher needs to go on after a restart. `open_runs` lists, for each app that is running or
/// was stopped, the runs of the present submission below `next_run` that are not recorded: all others there
/// have ended.
struct StoredState {
  std::vector<AppStatus> apps;
  std::optional<CollaborationPlan> plan;  ///< the newest; nothing where an earlier program made it
  std::uint64_t last_plan_id = 0;         ///< of the newest plan, readable or not
  std::map<std::string, std::vector<std::uint64_t>> open_runs;
  static constexpr MessageName kMessage{"store.state", 3, 3};
  static void fields(auto& f) {
    using S = StoredState;
    f.required("apps", &S::apps, "every app");
    f.optional("plan", &S::plan,
               "the newest plan; null: none yet, or of a version that is not read any more");
    f.required("last_plan_id", &S::last_plan_id, "0: none yet");
    f.required("open_runs", &S::open_runs, "started, not recorded; of running and stopped apps, by app");
  }
};

struct LoadState {
  static constexpr MessageName kMessage{"store.load", 1, 1, "cmd/store"};
  using Reply = StoredState;
  static void fields(auto&) {}
};

/// One line of the plan history.
struct PlanSummary {
  std::uint64_t id = 0;
  std::string made, body, policy, cause, reason, bottleneck;
  double rounds_per_second = 0, latency_ms = 0, energy_uj = 0;
  std::optional<double> latency_us, switch_us;  ///< nothing: the store did not tell, or does not know
  double switch_ms = 0;
  std::optional<PlanStatus> status;     ///< nothing: the store did not tell
  std::optional<StoppedBy> stopped_by;  ///< as in the plan
  std::uint64_t nodes_spent = 0;
  std::vector<std::string> placements;

  static void fields(auto& f) {
    using P = PlanSummary;
    f.required("id", &P::id, "plan number");
    f.required("made", &P::made, "UTC");
    f.required("body", &P::body, "the body");
    f.required("policy", &P::policy, "what chose it");
    f.optional("status", &P::status, "optimal, bounded or heuristic; null: not told");
    f.optional("stopped_by", &P::stopped_by,
               "what ended the search: proof, nodes or time; null: nothing did");
    f.optional("nodes_spent", &P::nodes_spent, "nodes that the search took");
    f.required("cause", &P::cause, "what made it necessary");
    f.required("rounds_per_second", &P::rounds_per_second, "predicted: the lowest rate of its apps");
    f.optional("latency_us", &P::latency_us, "predicted");
    f.required("latency_ms", &P::latency_ms, "old name of latency_us, in ms");
    f.required("energy_uj", &P::energy_uj, "predicted");
    f.optional("switch_us", &P::switch_us, "host time to go over to it; null: not known");
    f.optional("switch_ms", &P::switch_ms, "old name of switch_us, in ms; 0: not known");
    f.required("bottleneck", &P::bottleneck, "unit that bounds the rate");
    f.required("placements", &P::placements, "each pipeline: which layers run where");
    f.required("reason", &P::reason, "why this plan");
  }
};

struct PlanHistory {
  std::vector<PlanSummary> plans;
  static constexpr MessageName kMessage{"store.history"};
  static void fields(auto& f) { f.required("plans", &PlanHistory::plans, "newest first"); }
};

/// What is asked for together must all hold.
struct QueryHistory {
  std::uint32_t limit = 20;
  std::optional<UnixTime> since{}, until{};
  std::optional<AppId> app{};
  std::optional<DeviceId> device{};
  static constexpr MessageName kMessage{"store.query_history", 1, 1, "cmd/store"};
  using Reply = PlanHistory;
  static void fields(auto& f) {
    using Q = QueryHistory;
    f.optional("limit", &Q::limit, "at most so many");
    f.optional("since_unix_ns", &Q::since, "made then or later");
    f.optional("until_unix_ns", &Q::until, "made before");
    f.optional("app", &Q::app, "that serve this app");
    f.optional("device", &Q::device, "in which this device senses, computes or interacts");
  }
};

/// A plan of the history, whole.
struct QueryPlan {
  std::uint64_t id = 0;
  static constexpr MessageName kMessage{"store.query_plan", 1, 1, "cmd/store"};
  using Reply = CollaborationPlan;
  static void fields(auto& f) { f.required("id", &QueryPlan::id, "its number"); }
};

/// One line of what happened: decisions, and what they were made for.
struct EventRecord {
  UnixTime at{};
  std::string kind;     ///< plan, apps, decision
  std::string subject;  ///< what it is about: `plan 7`, `digits, kws`
  std::string text;     ///< in words
  static void fields(auto& f) {
    using E = EventRecord;
    f.required("at_unix_ns", &E::at, "when it was decided");
    f.required("kind", &E::kind, "plan, apps or decision");
    f.required("subject", &E::subject, "what it is about");
    f.required("text", &E::text, "in words");
  }
  bool operator==(const EventRecord&) const = default;
};

struct EventTable {
  std::vector<EventRecord> events;
  static constexpr MessageName kMessage{"store.events"};
  static void fields(auto& f) { f.required("events", &EventTable::events, "newest first"); }
};

struct QueryEvents {
  std::uint32_t limit = 100;
  static constexpr MessageName kMessage{"store.query_events", 1, 1, "cmd/store"};
  using Reply = EventTable;
  static void fields(auto& f) {
    f.optional("limit", &QueryEvents::limit, "at most so many, 1000 at the highest");
  }
};

/// How far a copy of the store has come.
struct BackupProgress {
  std::uint64_t bytes = 0, copied_bytes = 0;
  bool complete = false;
  static constexpr MessageName kMessage{"store.backup_progress"};
  static void fields(auto& f) {
    using B = BackupProgress;
    f.required("bytes", &B::bytes, "of the file as it is now");
    f.required("copied_bytes", &B::copied_bytes, "so far");
    f.required("complete", &B::complete, "the copy stands at its path, whole and on the disk");
  }
};

/// Copies the store's file while the mesh runs. Whoever wants a copy asks again and again until it is
/// complete: each time the store copies for a few hundredths of a second, between its other work. Nothing
/// stands at `file` before the copy is whole; a copy that nobody asked for within 10 s is given up.
struct BackupStore {
  std::string file;
  static constexpr MessageName kMessage{"store.backup", 1, 1, "cmd/store"};
  using Reply = BackupProgress;
  static void fields(auto& f) {
    f.required("file", &BackupStore::file, "an absolute path, where nothing is yet");
  }
};

struct RunTable {
  std::vector<RunRecord> runs;
  static constexpr MessageName kMessage{"store.run_table"};
  static void fields(auto& f) { f.required("runs", &RunTable::runs, "by run number"); }
};

struct QueryRuns {
  AppId app;
  std::uint64_t first_run = 0;
  std::uint32_t limit = 1000;
  static constexpr MessageName kMessage{"store.query_runs", 1, 1, "cmd/store"};
  using Reply = RunTable;
  static void fields(auto& f) {
    using Q = QueryRuns;
    f.required("app", &Q::app, "the app");
    f.optional("first_run", &Q::first_run, "from this run on");
    f.optional("limit", &Q::limit, "at most so many, 10000 at the highest");
  }
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<StoreBody>();
extern template const StructInfo& describe<StoreDecision>();
extern template const StructInfo& describe<StoreSwitch>();
extern template const StructInfo& describe<RunRecord>();
extern template const StructInfo& describe<StoreRuns>();
extern template const StructInfo& describe<StoredState>();
extern template const StructInfo& describe<LoadState>();
extern template const StructInfo& describe<PlanSummary>();
extern template const StructInfo& describe<PlanHistory>();
extern template const StructInfo& describe<QueryHistory>();
extern template const StructInfo& describe<BackupProgress>();
extern template const StructInfo& describe<BackupStore>();
extern template const StructInfo& describe<QueryPlan>();
extern template const StructInfo& describe<EventRecord>();
extern template const StructInfo& describe<EventTable>();
extern template const StructInfo& describe<QueryEvents>();
extern template const StructInfo& describe<RunTable>();
extern template const StructInfo& describe<QueryRuns>();

}  // namespace synergy::schemas
