// The standard workloads, and the generated one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synergy/planner_offline/question.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::planner_offline {

struct Workload {
  std::string name;
  std::string body;  ///< a file of `bodies/`
  std::string apps;  ///< a folder of `apps/`
  std::vector<std::string> links;
  static void fields(auto& f) {
    using W = Workload;
    f.required("name", &W::name, "as people call it");
    f.required("body", &W::body, "its body");
    f.required("apps", &W::apps, "folder of its apps");
    f.required("links", &W::links, "it is compared on, the default one first");
  }
};

/// The file of them, `deploy/workloads.yaml`.
struct WorkloadList {
  std::vector<Workload> workloads;
  static void fields(auto& f) { f.required("workloads", &WorkloadList::workloads, "in order"); }
};

/// Reads that file. Fails with kNotFound or kInvalid.
[[nodiscard]] Result<std::vector<Workload>> read_workloads(const std::filesystem::path& deploy);

[[nodiscard]] Question question_of(const std::filesystem::path& deploy, const Workload& workload,
                                   const std::string& link);

/// Workload W6: `pipelines` pipelines on `devices` devices, drawn by a seed. Devices alternate MAX78000 and
/// MAX78002; every one has camera, microphone and haptic; the model (of five), source and target of each
/// pipeline are drawn uniformly, in this order, by splitmix64.
struct GeneratedWorkload {
  schemas::Body body;
  std::vector<schemas::AppRequest> apps;
};
inline constexpr std::uint64_t kSeriesSeed = 20260101;
[[nodiscard]] GeneratedWorkload generate(std::uint32_t pipelines, std::uint32_t devices,
                                         std::uint64_t seed = kSeriesSeed);

/// `w6-PxD`: the generated one of so many pipelines and devices; nothing where the name is not of that form,
/// or asks for none or more than a thousand.
[[nodiscard]] std::optional<GeneratedWorkload> generated_by_name(const std::string& name);
/// A generated workload whose files lie in `folder` (by absolute path).
[[nodiscard]] Workload workload_in(const std::filesystem::path& folder, const GeneratedWorkload& workload);

/// A file of a workload; the path is below the folder that all of them are written into.
struct WorkloadFile {
  std::filesystem::path path;
  std::string text;
};
/// `bodies/NAME.yaml` and `apps/NAME/*.yaml`.
[[nodiscard]] std::vector<WorkloadFile> files_of(const GeneratedWorkload& workload);

}  // namespace synergy::planner_offline
