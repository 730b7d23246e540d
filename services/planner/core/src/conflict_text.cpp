// A conflict in words. Every reason that names what stands in the way of a plan is made here.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "synergy/base/text.hpp"
#include "synergy/planner/conflict.hpp"

namespace synergy::planner {
namespace {

using schemas::Conflict;
using schemas::Demand;
using schemas::DemandKind;

/// Apps that are named, at most.
constexpr std::size_t kMostNamed = 8;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

std::string quoted(const AppId& app) { return "'" + app.text() + "'"; }

std::string joined(const std::vector<std::string>& parts, const std::string& last,
                   const std::string& others = ", ") {
  std::string text;
  for (std::size_t k = 0; k < parts.size(); ++k)
    text += (k == 0 ? "" : k + 1 == parts.size() ? last : others) + parts[k];
  return text;
}

/// Of what may hold commas itself.
std::string listed(const std::vector<std::string>& parts) {
  const bool any_comma = std::any_of(parts.begin(), parts.end(),
                                     [](const auto& part) { return part.find(',') != std::string::npos; });
  return any_comma ? joined(parts, "; and ", "; ") : joined(parts, " and ");
}

const Pipeline* find(const Problem& problem, const AppId& app) {
  for (const auto& pipeline : problem.pipelines)
    if (pipeline.app.app == app) return &pipeline;
  return nullptr;
}

class Words {
 public:
  Words(const Conflict& conflict, const Problem& problem, const SolveOptions& options)
      : conflict_(conflict), problem_(problem), options_(options) {
    for (const auto& demand : conflict.demands)
      if (!demand.app.empty() && std::find(apps_.begin(), apps_.end(), demand.app) == apps_.end())
        apps_.push_back(demand.app);
    const auto place = [&](const AppId& app) {
      return std::find_if(problem.pipelines.begin(), problem.pipelines.end(),
                          [&](const auto& one) { return one.app.app == app; });
    };
    std::sort(apps_.begin(), apps_.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  }

  [[nodiscard]] std::string text() const {
    auto text = cause();
    if (const auto changes = this->changes(); !changes.empty()) text += "; " + changes;
    if (!conflict_.is_enough)
      text += "; that may not be enough: other demands may be in each other's way, too";
    if (!conflict_.is_smallest)
      text += " (not proved smallest: some of these demands may play no part; the analysis has " +
              std::to_string(kConflictNodes) + " nodes at most)";
    return text;
  }

 private:
  [[nodiscard]] const Demand* find_kind(DemandKind kind) const {
    for (const auto& demand : conflict_.demands)
      if (demand.kind == kind) return &demand;
    return nullptr;
  }
  [[nodiscard]] bool has_only_apps_and_memory() const {
    return std::all_of(conflict_.demands.begin(), conflict_.demands.end(), [](const auto& demand) {
      return demand.kind == DemandKind::kApp || demand.kind == DemandKind::kMemory;
    });
  }

  [[nodiscard]] std::string cause() const {
    const auto app = apps_.size() == 1 ? "app " + quoted(apps_.front()) + ": " : std::string();
    for (const auto kind : {DemandKind::kSensing, DemandKind::kInteraction})
      if (const auto* demand = find_kind(kind)) return app + demand->detail;
    if (!app.empty())
      if (const auto message = nobody_there(apps_.front()); !message.empty()) return app + message;
    const auto* memory = find_kind(DemandKind::kMemory);
    std::string lacking = memory != nullptr && !memory->detail.empty() ? "; " + memory->detail : "";
    if (const auto& only = conflict_.demands.front();
        only.kind == DemandKind::kApp && conflict_.demands.size() == 1 && !only.detail.empty())
      lacking = "; " + only.detail;
    const std::string proved = "no plan exists (proved): ";
    if (has_only_apps_and_memory()) {
      if (!app.empty()) return proved + app + "no spread over the present devices fits" + lacking;
      return proved + "with residency '" + std::string(schemas::name_of(options_.residency)) +
             "' no room for all of " + names() + " together" + lacking;
    }
    std::vector<std::string> subjects;
    for (const auto& one : apps_) subjects.push_back(quoted(one) + what_it_asks(one));
    if (subjects.size() > kMostNamed) {
      const auto more = subjects.size() - kMostNamed + 1;
      subjects.resize(kMostNamed - 1);
      subjects.push_back(std::to_string(more) + " more apps");
    }
    if (memory != nullptr) subjects.emplace_back("the memory of the devices");
    std::string rounds;
    if (options_.objective == Objective::kRounds && apps_.size() > 1 &&
        find_kind(DemandKind::kMinimumRate) != nullptr)
      rounds = " in objective 'rounds', where all apps have the rate of the slowest";
    const std::string can = subjects.size() == 1 ? " can not be served" : " can not hold together";
    return proved + (subjects.size() == 1 ? "app " : "") + listed(subjects) + can + rounds + lacking;
  }

  /// The app insists on a device that does not do it, or is absent.
  [[nodiscard]] std::string nobody_there(const AppId& app) const {
    const auto* pipeline = find(problem_, app);
    if (pipeline == nullptr) return {};
    if (find_kind(DemandKind::kSensingOn) != nullptr)
      if (const auto sources = sources_for(problem_.body, *pipeline); !sources)
        return sources.error().message;
    if (find_kind(DemandKind::kInteractionOn) != nullptr)
      if (const auto targets = targets_for(problem_.body, *pipeline); !targets)
        return targets.error().message;
    return {};
  }

  [[nodiscard]] std::string names() const {
    std::string names;
    for (std::size_t k = 0; k < apps_.size() && k < kMostNamed; ++k)
      names += (k == 0 ? "" : ", ") + quoted(apps_[k]);
    if (apps_.size() > kMostNamed)
      names += " and " + std::to_string(apps_.size() - kMostNamed) + " more apps";
    return names;
  }

  /// " with min_rate 30, deadline_us 5000"; empty where it is the app itself that is in the way.
  [[nodiscard]] std::string what_it_asks(const AppId& app) const {
    std::vector<std::string> parts;
    for (const auto& demand : conflict_.demands)
      if (demand.app == app && demand.kind != DemandKind::kApp) parts.push_back(in_words(demand));
    return parts.empty() ? "" : " with " + joined(parts, ", ");
  }

  static std::string in_words(const Demand& demand) {
    const auto name = std::string(schemas::name_of(demand.kind));
    switch (demand.kind) {
      case DemandKind::kFreshFrames:
        return "only " + number(demand.value) + " fresh frames per second of its sensor";
      case DemandKind::kSensingOn:
      case DemandKind::kInteractionOn:
        return name + " " + demand.detail;
      default:
        return name + " " + number(demand.value);
    }
  }

  [[nodiscard]] std::string changes() const {
    std::vector<std::string> all, unknown;
    bool any_app = false;
    for (const auto& demand : conflict_.demands) {
      if (demand.kind == DemandKind::kApp) any_app = true;
      if (all.size() == kMostNamed) continue;
      if (auto change = change_of(demand); !change.empty()) all.push_back(std::move(change));
      if (auto change = change_not_found(demand); !change.empty()) unknown.push_back(std::move(change));
    }
    if (conflict_.min_rates_fit) all.push_back(all_rates_lowered());
    if (any_app && apps_.size() > 1) all.push_back("one of these apps not served");
    if (all.empty()) all = std::move(unknown);
    if (all.empty()) return {};
    return (all.size() == 1 ? "what would have to change: " : "one of these would have to change: ") +
           joined(all, ", or ");
  }

  /// Empty where nothing but giving up the app helps, or where no value is known to fit.
  static std::string change_of(const Demand& demand) {
    const auto of = std::string(schemas::name_of(demand.kind)) + " of " + quoted(demand.app);
    switch (demand.kind) {
      case DemandKind::kMinimumRate:
      case DemandKind::kAtLeastDevices:
        return demand.fits ? of + " at most " + number(*demand.fits) : "";
      case DemandKind::kDeadline:
        return demand.fits ? of + " at least " + number(*demand.fits) : "";
      case DemandKind::kRate:
        return of + " raised to its min_rate";
      case DemandKind::kFreshFrames:
        return "'repeat: true' for " + quoted(demand.app) +
               ", where several runs may take the same frame; with 'trigger: frame', its 'rate'";
      case DemandKind::kSensingOn:
      case DemandKind::kInteractionOn:
        return of + " left out";
      case DemandKind::kApp:
      case DemandKind::kSensing:
      case DemandKind::kInteraction:
      case DemandKind::kMemory:
        break;
    }
    return {};
  }

  static std::string change_not_found(const Demand& demand) {
    if (demand.fits) return {};
    const auto of = std::string(schemas::name_of(demand.kind)) + " of " + quoted(demand.app);
    if (demand.kind == DemandKind::kDeadline) return of + " raised";
    const bool is_lowered =
        demand.kind == DemandKind::kMinimumRate || demand.kind == DemandKind::kAtLeastDevices;
    return is_lowered ? of + " lowered" : "";
  }

  [[nodiscard]] std::string all_rates_lowered() const {
    std::vector<std::string> rates;
    for (const auto& demand : conflict_.demands)
      if (demand.kind == DemandKind::kMinimumRate && rates.size() < kMostNamed)
        rates.push_back(quoted(demand.app) + " " + number(demand.value * *conflict_.min_rates_fit));
    return "all of these min_rate at " + number(*conflict_.min_rates_fit * 100) + " % (" +
           joined(rates, ", ") + ")";
  }

  const Conflict& conflict_;
  const Problem& problem_;
  const SolveOptions& options_;
  std::vector<AppId> apps_;  ///< in the problem's order
};

}  // namespace

std::string text_of(const Conflict& conflict, const Problem& problem, const SolveOptions& options) {
  return Words(conflict, problem, options).text();
}

}  // namespace synergy::planner
