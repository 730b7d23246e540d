#include "synergy/cli/plan_replay.hpp"

#include <algorithm>
#include <map>

#include "synergy/bus/participant.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/client/table.hpp"
#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/roster.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;
using schemas::Envelope;
using schemas::Node;

constexpr auto kPlanner = schemas::process::kPlanner;  ///< it signs its messages with its name

/// Whether this is message T and right, as the planner's process would find it.
template <schemas::Message T>
bool read(const Envelope& envelope, Node body, T& message) {
  return schemas::check_readable<T>(envelope) && schemas::decode(body, message);
}

std::pair<std::string, std::string> key_of(const Envelope& command) {
  return {topics::reply_to(command.sender), command.request_id};
}

/// A newer question took this one's place: what the planner would have found, nobody knows.
bool was_given_up(const schemas::Failure& failure) { return failure.code == name_of(ErrorCode::kConflict); }

/// The recorded plan is from before plans told of their search, and says else the same as the one made now.
bool is_older_form(const Envelope& envelope, const schemas::CollaborationPlan& recorded,
                   schemas::CollaborationPlan made) {
  if (recorded.nodes_spent > 0 || recorded.stopped_by) return false;
  made.nodes_spent = 0;
  made.stopped_by.reset();
  for (auto& out : made.left_out) {
    out.refusal.reset();
    out.conflict.reset();
  }
  return schemas::seal(envelope, made) == schemas::seal(envelope, recorded);
}

/// What both say up to where they part, and a little of what follows.
std::string first_difference(const schemas::Bytes& recorded, const schemas::Bytes& made) {
  const auto was = schemas::message_to_json(recorded), is = schemas::message_to_json(made);
  if (!was || !is || *was == *is) return "the same values in other bytes";
  constexpr std::size_t kBefore = 40, kShown = 80;
  const auto part = std::mismatch(was->begin(), was->end(), is->begin(), is->end()).first - was->begin();
  const auto begin = std::size_t(part) - std::min(std::size_t(part), kBefore);
  return "recorded ..." + was->substr(begin, kShown) + "..., now ..." + is->substr(begin, kShown) + "...";
}

}  // namespace

PlanReplay::PlanReplay(documents::DeployFolder deploy, planner_service::Settings settings)
    : settings_(std::move(settings)), maker_(std::move(deploy), settings_) {}

void PlanReplay::on(const RecordedPacket& packet) {
  (void)schemas::open(packet.payload, [&](const Envelope& envelope, Node body) -> Status {
    if (envelope.sender == kPlanner) on_planner(envelope.instance);
    if (packet.topic == topics::kBody) on_state(packet, envelope, body, body_);
    if (packet.topic == topics::kPlan) on_state(packet, envelope, body, running_);
    if (packet.topic == topics::command(kPlanner)) on_request(envelope, body);
    if (schemas::class_of(packet.topic) == schemas::TopicClass::kDirect) on_answer(packet, envelope, body);
    return {};
  });
}

template <schemas::Message T>
void PlanReplay::on_state(const RecordedPacket& packet, const Envelope& envelope, Node body,
                          std::optional<T>& latest) {
  T state{};
  if (watch_.see(packet.topic, envelope) == bus::SequenceWatch::Verdict::kRepeated) return;
  if (!read(envelope, body, state)) return;
  known_.on(state);
  latest = std::move(state);
}

void PlanReplay::on_planner(std::uint64_t instance) {
  const bool restarted = instance_ != 0 && instance != instance_;
  instance_ = instance;
  if (!restarted) return;
  known_ = {};
  if (body_) known_.on(*body_);
  if (running_) known_.on(*running_);
  for (auto& asked : asked_) asked.question.reset();  // it answers what is repeated, by what it knows then
}

void PlanReplay::on_request(const Envelope& envelope, Node body) {
  schemas::PlanMake request;
  if (envelope.request_id.empty() || !read(envelope, body, request)) return;
  const auto [entry, first] = index_.try_emplace(key_of(envelope), asked_.size());
  if (first)
    asked_.push_back({request,
                      std::nullopt,
                      {request.id, request.cause, envelope.request_id, "", Compared::kUnanswered, ""}});
  auto& asked = asked_[entry->second];
  if (!asked.question) asked.question = known_.question(asked.request);
}

void PlanReplay::on_answer(const RecordedPacket& packet, const Envelope& envelope, Node body) {
  const auto found = index_.find({packet.topic, envelope.request_id});
  if (found == index_.end()) return;
  auto& asked = asked_[found->second];
  auto& comparison = asked.comparison;
  if (comparison.compared != Compared::kUnanswered) return;  // the first answer counts
  schemas::CollaborationPlan plan;
  schemas::Failure failure;
  planner_service::Limits limits;
  if (read(envelope, body, plan)) {
    comparison.recorded = "plan";
    const bool cut = plan.nodes_spent > 0 || plan.stopped_by == schemas::StoppedBy::kTime;
    if (cut) limits.cut = plan.nodes_spent;  // where nothing had cut the search, this changes nothing
  } else if (read(envelope, body, failure)) {
    comparison.recorded = failure.code;
    if (was_given_up(failure)) return;
  } else {
    if (const auto readable = schemas::check_readable<schemas::CollaborationPlan>(envelope);
        !readable && envelope.schema == schemas::CollaborationPlan::kMessage.name) {
      comparison.recorded = "plan, version " + std::to_string(envelope.version);
      comparison.difference = readable.error().message;
    }
    return;
  }
  // Where the new planner's heartbeats were not heard, it answers what the old one was asked.
  auto made = maker_.make(asked.question ? *asked.question : known_.question(asked.request), limits);
  asked.question.reset();
  if (made) made->planning_us = plan.planning_us;
  const auto answer =
      made ? schemas::seal(envelope, *made) : schemas::seal(envelope, bus::failure_of(made.error()));
  const bool same = answer == packet.payload || (made && is_older_form(envelope, plan, *made));
  comparison.compared = same ? Compared::kSame : Compared::kDifferent;
  if (!same) comparison.difference = first_difference(packet.payload, answer);
}

PlansReport PlanReplay::report() const {
  PlansReport report;
  report.policy = settings_.policy;
  for (const auto& asked : asked_) {
    const auto compared = asked.comparison.compared;
    report.identical += compared == Compared::kSame ? 1 : 0;
    report.different += compared == Compared::kDifferent ? 1 : 0;
    report.unanswered += compared == Compared::kUnanswered ? 1 : 0;
    report.comparisons.push_back(asked.comparison);
  }
  report.plans = report.identical + report.different;
  return report;
}

Result<RecordedDefaults> recorded_defaults(RecordingReader& recording) {
  std::map<std::pair<std::string, std::string>, schemas::PlanMake> requests;
  RecordedDefaults found;
  auto status = recording.each([&](RecordedPacket&& packet) {
    (void)schemas::open(packet.payload, [&](const Envelope& envelope, Node body) -> Status {
      schemas::PlanMake request;
      if (packet.topic == topics::command(kPlanner) && read(envelope, body, request))
        requests[key_of(envelope)] = std::move(request);
      const auto asked = requests.find({packet.topic, envelope.request_id});
      schemas::CollaborationPlan plan;
      if (asked == requests.end() || !read(envelope, body, plan)) return {};
      if (!found.policy && asked->second.policy.empty()) found.policy = plan.policy;
      if (!found.objective && !asked->second.objective) found.objective = plan.objective;
      if (!found.residency && !asked->second.residency) found.residency = plan.residency;
      return {};
    });
  });
  if (!status) return status.error();
  return found;
}

std::string to_text(const PlansReport& report) {
  Table table({"PLAN", "CAUSE", "RECORDED", "COMPARED"});
  std::string differences;
  for (const auto& line : report.comparisons) {
    table.add({std::to_string(line.plan), line.cause, line.recorded.empty() ? "-" : line.recorded,
               std::string(schemas::name_of(line.compared))});
    if (!line.difference.empty())
      differences += "plan " + std::to_string(line.plan) + ": " + line.difference + "\n";
  }
  return table.text() + differences + "policy " + report.policy + " where a request named none" +
         (report.unanswered > 0
              ? "; " + std::to_string(report.unanswered) + " without a recorded answer, not compared"
              : "") +
         "\nplans " + std::to_string(report.plans) + ", identical " + std::to_string(report.identical) +
         ", different " + std::to_string(report.different) + "\n";
}

}  // namespace synergy::cli
