// The ports of one part of the dispatcher, by hand: time passes when the test says so, and questions wait
// until the test answers them.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pipeline_fixture.hpp"
#include "synergy/dispatcher/ports.hpp"

namespace synergy::dispatcher_test {

template <class Question, class Answer>
struct Asked {
  Question question;
  dispatcher::Ports::Answer<Answer> answer;
};

class ManualPorts {
 public:
  std::deque<Asked<schemas::StoreDecision, schemas::Done>> decisions;
  std::deque<Asked<schemas::StoreRuns, schemas::Done>> runs;
  std::deque<Asked<schemas::StoreSwitch, schemas::Done>> switches;
  std::deque<Asked<std::pair<DeviceId, schemas::Deploy>, schemas::Deployed>> deploys;
  std::deque<Asked<schemas::QueryFrames, schemas::FrameOutcomes>> queries;
  std::vector<std::pair<DeviceId, schemas::RunGrant>> grants;
  std::vector<std::string> frames_ended;  ///< `app device sequence`
  std::vector<std::pair<DeviceId, schemas::RunSkip>> skips;
  std::vector<std::uint64_t> published_plans;  ///< their numbers
  std::vector<std::pair<dispatcher::Event, std::string>> logged;

  ManualPorts() {
    ports_.now = [this] { return looked(); };
    ports_.model_now = [this] { return ModelTime{looked().time_since_epoch()}; };
    ports_.unix_now = [this] { return UnixTime{now_.time_since_epoch()}; };
    ports_.to_host = [](Duration model) { return model; };
    ports_.at = [this](MonotonicTime time, std::function<void()> then) {
      timers_.emplace(time, std::move(then));
    };
    ports_.keep_decision = [this](const auto& what, auto answer) { decisions.push_back({what, answer}); };
    ports_.keep_runs = [this](const auto& what, auto answer) { runs.push_back({what, answer}); };
    ports_.keep_switch = [this](const auto& what, auto answer) { switches.push_back({what, answer}); };
    ports_.deploy = [this](const DeviceId& device, const schemas::Deploy& what, auto answer) {
      deploys.push_back({{device, what}, answer});
    };
    ports_.grant = [this](const DeviceId& device, const auto& grant) { grants.emplace_back(device, grant); };
    ports_.query_frames = [this](const auto& what, auto answer) { queries.push_back({what, answer}); };
    ports_.frame_ended = [this](const DeviceId& device, const auto& ended) {
      frames_ended.push_back(ended.app.text() + " " + device.text() + " " + std::to_string(ended.sequence));
    };
    ports_.skip = [this](const DeviceId& device, const auto& skip) { skips.emplace_back(device, skip); };
    ports_.publish_plan = [this](const auto& plan) { published_plans.push_back(plan.id); };
    ports_.log = [this](dispatcher::Event event, LogFields fields, const std::string&) {
      logged.emplace_back(event, written(fields));
    };
  }

  [[nodiscard]] const dispatcher::Ports& ports() const { return ports_; }
  [[nodiscard]] MonotonicTime now() const { return now_; }
  /// From now on time passes at each look of the part at its clock, too, as it does on a host.
  void pass_at_each_look(Duration time) { each_look_ = time; }

  void run_for(Duration time) {
    const auto end = now_ + time;
    while (!timers_.empty() && timers_.begin()->first <= end) {
      auto timer = timers_.extract(timers_.begin());
      now_ = std::max(now_, timer.key());
      timer.mapped()();
    }
    now_ = std::max(now_, end);
  }

  /// Answers the oldest question of a kind, and takes it out.
  template <class Questions, class Answer>
  static void answer(Questions& questions, Answer with) {
    const auto first = std::move(questions.front());
    questions.pop_front();
    first.answer(std::move(with));
  }
  /// All executors that were asked take in what they were given.
  void all_take_in() {
    while (!deploys.empty()) {
      const auto device = deploys.front().question.first;
      answer(deploys, schemas::Deployed{device, deploys.front().question.second.plan.id, 1ms, 1});
    }
  }

 private:
  MonotonicTime looked() {
    const auto now = now_;
    now_ += each_look_;
    return now;
  }

  dispatcher::Ports ports_;
  MonotonicTime now_{1000s};
  Duration each_look_{0};
  std::multimap<MonotonicTime, std::function<void()>> timers_;
};

inline schemas::AppStatus status_of(const std::string& app) {
  schemas::AppStatus status;
  status.request.app = AppId(app);
  return status;
}

/// One pipeline for each app.
inline schemas::CollaborationPlan plan_of(std::uint64_t number, const std::vector<std::string>& apps) {
  schemas::CollaborationPlan plan;
  plan.id = number;
  plan.rounds_per_second = 100;
  for (const auto& app : apps) plan.pipelines.push_back(pipeline_of(AppId(app)));
  return plan;
}

inline schemas::RunRecord record_of(const std::string& app, std::uint64_t run,
                                    schemas::RunOutcome outcome = schemas::RunOutcome::kCompleted) {
  schemas::RunRecord record;
  record.app = AppId(app);
  record.run = run;
  record.outcome = outcome;
  return record;
}

}  // namespace synergy::dispatcher_test
