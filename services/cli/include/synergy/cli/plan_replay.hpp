// Feeds a recorded sequence of events to a planner of today, and compares the plans it makes with the
// recorded ones, byte for byte.
//
// What counts as an event is what the planner's process takes in: body views and plans in force, each once
// (the broker repeats states), and `plan.make`, once for each sender and request id however often it was
// repeated. An answer is compared as the whole message that would travel, within the recorded envelope: plans
// with all their fields, and refusals with code and wording. Set aside is one field of a plan, `planning_us`:
// it is the only one that is a measured time. A search that was cut by the clock is cut here at the same
// node, which the recorded plan tells (`nodes_spent`). A question that was given up for a newer one has no
// plan to compare.
//
// What a reader gets wrong: a planner that restarts in the recording is a new planner here as well. It begins
// with the latest states, as the broker gives them, and may be asked once more what the old one did not
// answer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "synergy/bus/sequence_watch.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/client/recording.hpp"
#include "synergy/planner_service/planner_service.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::cli {
enum class Compared { kSame, kDifferent, kUnanswered };
}  // namespace synergy::cli
template <>
inline constexpr std::array<std::pair<synergy::cli::Compared, std::string_view>, 3>
    synergy::schemas::kEnumNames<synergy::cli::Compared>{{
        {synergy::cli::Compared::kSame, "same"},
        {synergy::cli::Compared::kDifferent, "different"},
        {synergy::cli::Compared::kUnanswered, "unanswered"},
    }};

namespace synergy::cli {

struct PlanComparison {
  std::uint64_t plan = 0;
  std::string cause, request_id;
  /// `plan`, or the code of the refusal; `plan, version N` of a version that is not read any more.
  std::string recorded;
  Compared compared = Compared::kUnanswered;
  std::string difference;  ///< where the first one is, or why nothing could be compared
  static void fields(auto& f) {
    using C = PlanComparison;
    f.required("plan", &C::plan, "the number it was asked for");
    f.required("cause", &C::cause, "what made planning necessary");
    f.required("request_id", &C::request_id, "of the command");
    f.required("recorded", &C::recorded, "plan, or the code of the refusal");
    f.required("compared", &C::compared, "same, different or unanswered");
    f.required("difference", &C::difference, "where the first one is");
  }
};

struct PlansReport {
  std::string file, policy;
  std::uint64_t plans = 0, identical = 0, different = 0;  ///< of those with a recorded answer
  std::uint64_t unanswered = 0;                           ///< requests without one
  std::vector<PlanComparison> comparisons;                ///< in recorded order
  static void fields(auto& f) {
    using P = PlansReport;
    f.required("file", &P::file, "the recording");
    f.required("policy", &P::policy, "where a request named none");
    f.required("plans", &P::plans, "requests with a recorded answer");
    f.required("identical", &P::identical, "byte for byte, planning_us set aside");
    f.required("different", &P::different, "the others");
    f.required("unanswered", &P::unanswered, "requests without a recorded answer");
    f.required("comparisons", &P::comparisons, "in recorded order");
  }
};

class PlanReplay {
 public:
  PlanReplay(documents::DeployFolder deploy, planner_service::Settings settings);

  /// The next packet of the recording. What is no event for the planner, or damaged, is passed over as the
  /// planner's process does.
  void on(const RecordedPacket& packet);

  [[nodiscard]] PlansReport report() const;

 private:
  struct Asked {
    schemas::PlanMake request;
    std::optional<planner_service::Question> question;  ///< with what was known when it came; until answered
    PlanComparison comparison;
  };

  template <schemas::Message T>
  void on_state(const RecordedPacket& packet, const schemas::Envelope& envelope, schemas::Node body,
                std::optional<T>& latest);
  void on_planner(std::uint64_t instance);
  void on_request(const schemas::Envelope& envelope, schemas::Node body);
  void on_answer(const RecordedPacket& packet, const schemas::Envelope& envelope, schemas::Node body);

  planner_service::Settings settings_;
  planner_service::PlanMaker maker_;
  planner_service::PlannerService known_;  ///< by the recorded planner
  std::uint64_t instance_ = 0;             ///< of the recorded planner; 0: not heard of yet
  bus::SequenceWatch watch_;
  std::optional<schemas::BodyView> body_;
  std::optional<schemas::CollaborationPlan> running_;
  std::vector<Asked> asked_;
  std::map<std::pair<std::string, std::string>, std::size_t> index_;  ///< by answer's topic and request id
};

/// What the recorded planner took where a request named nothing: as the first plan of such a request says.
/// Nothing where there is no such plan.
struct RecordedDefaults {
  std::optional<std::string> policy;
  std::optional<schemas::Objective> objective;
  std::optional<schemas::Residency> residency;
};
[[nodiscard]] Result<RecordedDefaults> recorded_defaults(RecordingReader& recording);

[[nodiscard]] std::string to_text(const PlansReport& report);

}  // namespace synergy::cli
