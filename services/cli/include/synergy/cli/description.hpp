// All that is known of one app or of one device, gathered from the states of the mesh and from the store:
// `apps describe`, `devices describe`.
//
// Pure: it is handed what was heard.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/cli/app_list.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::cli {

/// What was heard of the mesh; nothing: it was not.
struct Heard {
  std::optional<schemas::AppSet> apps;
  std::optional<schemas::BodyView> body;
  std::optional<schemas::CollaborationPlan> plan;
  std::optional<schemas::MeshUse> use;
  std::vector<schemas::EventRecord> events;  ///< of the whole mesh, newest first
  std::vector<schemas::RunRecord> runs;      ///< of the app, the newest last
};

struct AppDescription {
  schemas::AppStatus app;
  std::string state;
  AppRates rates;
  std::optional<std::uint64_t> plan_id;
  std::string policy, why;
  std::optional<double> predicted_latency_us;
  std::optional<schemas::PipelinePlan> plan;
  std::optional<schemas::PipelineUse> use;
  std::vector<schemas::RunRecord> runs;
  std::vector<schemas::EventRecord> events;

  static void fields(auto& f) {
    using A = AppDescription;
    f.required("app", &A::app, "what was asked, and what became of it");
    f.required("state", &A::state, "its phase, or waiting");
    f.required("rates", &A::rates, "asked for, granted and measured");
    f.required("plan_id", &A::plan_id, "the plan in force that serves it; null: none does");
    f.required("policy", &A::policy, "what chose that plan");
    f.required("why", &A::why, "why that plan; empty: none serves it");
    f.required("predicted_latency_us", &A::predicted_latency_us,
               "of a run in an empty mesh, mean over its ways; null: no plan serves it");
    f.required("plan", &A::plan, "the plan's part for it; null: none serves it");
    f.required("use", &A::use, "measured over the last seconds; null: not told");
    f.required("runs", &A::runs, "the last runs that the store has, the newest last");
    f.required("events", &A::events, "that tell of it, the newest last");
  }
};

/// What a device does for an app, by the plan in force.
struct DeviceTask {
  AppId app;
  std::string task;
  static void fields(auto& f) {
    f.required("app", &DeviceTask::app, "the app");
    f.required("task", &DeviceTask::task, "senses, layers FIRST-LAST, or interacts");
  }
  bool operator==(const DeviceTask&) const = default;
};

struct DeviceDescription {
  schemas::Device device;
  bool present = false;
  std::string note;
  std::optional<std::uint32_t> battery_percent;
  std::vector<DeviceTask> tasks;
  std::optional<schemas::MemoryUse> memory;
  std::vector<schemas::UnitUse> units;
  std::optional<schemas::DeviceUse> use;
  schemas::DeviceProfile profile;
  std::vector<schemas::EventRecord> events;

  static void fields(auto& f) {
    using D = DeviceDescription;
    f.required("device", &D::device, "as the body has it");
    f.required("present", &D::present, "there now, and to be used");
    f.required("note", &D::note, "why not");
    f.required("battery_percent", &D::battery_percent, "left of its battery; null: not told");
    f.required("tasks", &D::tasks, "what the plan in force does on it");
    f.required("memory", &D::memory, "what that occupies; null: nothing is planned on it");
    f.required("units", &D::units, "how busy they were over the last seconds");
    f.required("use", &D::use, "what it draws; null: not told");
    f.required("profile", &D::profile, "clocks, times, energies");
    f.required("events", &D::events, "that tell of it, the newest last");
  }
};

/// So many runs and events of a description, the newest.
inline constexpr std::size_t kRunsDescribed = 5, kEventsDescribed = 8;

/// Fails with kNotFound, naming the known apps that are like it.
[[nodiscard]] Result<AppDescription> describe_app(const AppId& app, const Heard& heard);
/// Fails with kNotFound, naming the known devices that are like it.
[[nodiscard]] Result<DeviceDescription> describe_device(const DeviceId& device, const Heard& heard);

/// For people.
[[nodiscard]] std::string to_text(const AppDescription& app, client::Colours colours);
[[nodiscard]] std::string to_text(const DeviceDescription& device, client::Colours colours);

/// `glasses senses > glasses layers 0-3 > watch layers 4-8 > watch interacts`.
[[nodiscard]] std::string way_text(const schemas::ExecutionPlan& way);

/// Whether a text tells of a name: as a word, not as a part of another name.
[[nodiscard]] bool tells_of(std::string_view text, std::string_view name);

}  // namespace synergy::cli

// The field lists are instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::cli::AppDescription>();
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::cli::DeviceDescription>();
