#include "run_follower.hpp"

#include <algorithm>
#include <cstdio>

#include "synergy/base/text.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/client/answer.hpp"
#include "synergy/client/report.hpp"
#include "synergy/client/table.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;

/// The whole mesh was not heard of for so long: that is worth a line.
constexpr Duration kSilence = std::chrono::seconds(3);
/// From one look at the store to the next, where runs are missing.
constexpr Duration kLook = std::chrono::seconds(2);
constexpr std::uint32_t kPage = 1000;

struct FollowedRun {
  AppId app;
  std::uint64_t run = 0, plan_id = 0;
  schemas::RunOutcome outcome = schemas::RunOutcome::kCompleted;
  Answer answer;
  std::optional<double> latency_us, energy_uj;
  std::vector<DeviceId> devices;
  bool generated = false;
  std::string reason;

  static void fields(auto& f) {
    using R = FollowedRun;
    f.required("app", &R::app, "the app");
    f.required("run", &R::run, "its number");
    f.required("plan_id", &R::plan_id, "by which plan");
    f.required("outcome", &R::outcome, "completed or failed");
    f.required("answer", &R::answer, "what the model said; of a map or values, only where it was heard");
    f.required("latency_us", &R::latency_us, "model time; null for a run that failed");
    f.required("energy_uj", &R::energy_uj, "of its tasks; null for a run that failed");
    f.required("energy_tasks_uj", &R::energy_uj, "old name of energy_uj");
    f.required("devices", &R::devices, "crossed, in order");
    f.required("generated", &R::generated, "computed from generated noise");
    f.required("reason", &R::reason, "why it failed");
  }
};

FollowedRun followed(const schemas::RunResult& result, const schemas::PipelinePlan* pipeline) {
  FollowedRun run;
  run.app = result.run.key.app;
  run.run = result.run.key.run;
  run.plan_id = result.run.plan_id;
  run.answer = answer_of(pipeline, result);
  run.latency_us = microseconds(result.latency());
  run.energy_uj = result.run.energy_uj;
  run.devices = result.run.devices;
  run.generated = result.run.generated;
  return run;
}

FollowedRun followed(const schemas::RunRecord& record, const schemas::PipelinePlan* pipeline) {
  FollowedRun run;
  run.app = record.app;
  run.run = record.run;
  run.plan_id = record.plan_id;
  run.outcome = record.outcome;
  run.reason = record.reason;
  run.devices = record.devices;
  run.generated = record.generated;
  if (record.outcome == schemas::RunOutcome::kFailed) return run;
  schemas::RunResult result;
  result.label = record.label;
  result.score = record.score;
  run.answer = answer_of(pipeline, result);
  run.latency_us = microseconds(record.ended - record.began);
  run.energy_uj = record.energy_uj;
  return run;
}

std::string text_of(const FollowedRun& run) {
  auto text = "run " + std::to_string(run.run) + ": ";
  if (run.outcome == schemas::RunOutcome::kFailed) return printable(text + "failed: " + run.reason) + "\n";
  text += to_text(run.answer) + ", " + fixed(*run.latency_us / 1000, 2) + " ms, " + way_of(run.devices);
  if (run.generated) text += ", generated noise";
  return printable(text) + "\n";
}

}  // namespace

void RunFollower::subscribe(bus::Participant& bus) {
  seen_.subscribe(bus);
  bus.subscribe<schemas::RunResult>(topics::result(seen_.subject),
                                    [this](const auto&, const schemas::RunResult& result) {
                                      if (ticking_)
                                        show(result);
                                      else
                                        early_.push_back(result);
                                    });
  bus.subscribe<schemas::Health>(topics::kHealthPrefix,
                                 [this](const auto&, const schemas::Health& health) { hear(health); });
}

void RunFollower::begin(const schemas::AppStatus& app, UnixTime since, std::optional<std::uint64_t> plan) {
  // Those that are under way are below the next one.
  runs_.emplace(std::max(app.first_run, app.next_run - std::min(app.next_run, kRunsUnderWay)));
  since_ = since;
  only_plan_ = plan;
  failed_ = app.failed;
  first_run_ = app.first_run;
  if (seen_.plan) plan_id_ = seen_.plan->id;
}

void RunFollower::show_earlier(const std::vector<schemas::RunRecord>& records) {
  // What is older than these was not asked for, even where it is heard of later. All from them on was: also a
  // run that had ended before this began, and that the store had not written when it was asked.
  if (!records.empty()) since_ = UnixTime{};
  if (!records.empty() && records.front().run > runs_->from()) runs_.emplace(records.front().run);
  for (const auto& record : records)
    if (record.run < runs_->from() || runs_->note(record.run))
      lines_.print<FollowedRun>(followed(record, seen_.pipeline(record.plan_id)), text_of);
}

void RunFollower::say(const std::string& what) const {
  std::fprintf(stderr, "synergy: %s\n", printable(what).c_str());
}

void RunFollower::show(const schemas::RunResult& result) {
  if (!runs_->note(result.run.key.run) || (only_plan_ && result.run.plan_id != *only_plan_)) return;
  lines_.print<FollowedRun>(followed(result, seen_.pipeline(result.run.plan_id)), text_of);
}

void RunFollower::show(const schemas::RunRecord& record) {
  if (!runs_->note(record.run) || record.recorded < since_) return;
  if (only_plan_ && record.plan_id != *only_plan_) return;
  lines_.print<FollowedRun>(followed(record, seen_.pipeline(record.plan_id)), text_of);
}

void RunFollower::hear(const schemas::Health& health) {
  last_sign_ = clock_.monotonic();
  if (silent_) say("the mesh is heard of again");
  look_ = look_ || silent_;
  silent_ = false;
  const auto [known, first] = instances_.try_emplace(health.process, health.instance);
  if (first || known->second == health.instance) return;
  known->second = health.instance;
  say(health.process + " was started again");
  look_ = true;
}

void RunFollower::hear_plan() {
  if (!seen_.plan || seen_.plan->id == plan_id_) return;
  plan_id_ = seen_.plan->id;
  say("plan " + std::to_string(plan_id_) +
      (seen_.is_served() ? " is in force" : " is in force and does not serve app " + seen_.subject.text()));
}

void RunFollower::tick(Session& session) {
  const auto now = clock_.monotonic();
  ticking_ = true;
  for (const auto& result : early_) show(result);
  early_.clear();
  hear_plan();
  if (!silent_ && now - last_sign_ > kSilence) {
    silent_ = true;
    say("nothing is heard of the mesh; waiting for it");
  }
  if (const auto* status = seen_.status(); status != nullptr && status->failed != failed_) {
    failed_ = status->failed;
    look_ = true;
  }
  if (asking_ || silent_ || now < next_look_ || !(look_ || runs_->has_gaps())) return;
  next_look_ = now + kLook;
  look_ = false;
  fetch(session);
}

bool RunFollower::has_ended() const {
  const auto* status = seen_.status();
  return ticking_ && status != nullptr && status->phase != schemas::AppPhase::kRunning &&
         status->first_run == first_run_ && !look_ && !asking_ && !runs_->has_gaps();
}

void RunFollower::fetch(Session& session) {
  asking_ = true;
  session.bus().call(topics::command("store"), schemas::QueryRuns{seen_.subject, runs_->next(), kPage},
                     kAnswerTime, [this](const Result<schemas::RunTable>& page) {
                       asking_ = false;
                       look_ = look_ || !page || page->runs.size() == kPage;
                       if (page)
                         for (const auto& record : page->runs) show(record);
                     });
}

}  // namespace synergy::cli
