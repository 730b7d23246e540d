#include "synergy/planner_offline/workloads.hpp"

#include <array>
#include <charconv>

#include "synergy/base/splitmix64.hpp"
#include "synergy/documents/yaml.hpp"
#include "synergy/documents/yaml_writer.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::planner_offline {
namespace {

std::string padded(std::uint32_t number) {
  const auto digits = std::to_string(number);
  return std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

}  // namespace

Result<std::vector<Workload>> read_workloads(const std::filesystem::path& deploy) {
  auto list = documents::read_yaml<WorkloadList>(deploy / "workloads.yaml");
  if (!list) return list.error();
  return std::move(list->workloads);
}

Question question_of(const std::filesystem::path& deploy, const Workload& workload, const std::string& link) {
  return {deploy, deploy / "bodies" / (workload.body + ".yaml"), link, {deploy / "apps" / workload.apps}};
}

GeneratedWorkload generate(std::uint32_t pipelines, std::uint32_t devices, std::uint64_t seed) {
  constexpr std::array<const char*, 5> kModels{"convnet5", "kws", "simplenet", "ressimplenet", "widenet"};
  SplitMix64 random(seed);
  GeneratedWorkload made;
  made.body.name = "w6-" + std::to_string(pipelines) + "x" + std::to_string(devices);
  made.body.link = "esp8266-uart-921600";
  const std::vector<schemas::SensorSource> noise{{{}, {}, 0, {}}};  // for models of any shape
  for (std::uint32_t d = 0; d < devices; ++d)
    made.body.devices.push_back({DeviceId("device" + padded(d + 1)),
                                 d % 2 == 0 ? "max78000" : "max78002",
                                 {{"camera", {}, noise}, {"microphone", {}, noise}},
                                 {"haptic"}});
  for (std::uint32_t p = 0; p < pipelines; ++p) {
    schemas::AppRequest app;
    const std::string model = kModels[random.below(std::size(kModels))];
    app.app = AppId("w6-" + padded(p + 1) + "-" + model);
    app.model = ModelId(model);
    app.sensing = {model == "kws" ? "microphone" : "camera", made.body.devices[random.below(devices)].id};
    app.repeat = true;
    app.interaction = {"haptic", made.body.devices[random.below(devices)].id};
    made.apps.push_back(std::move(app));
  }
  return made;
}

std::optional<GeneratedWorkload> generated_by_name(const std::string& name) {
  constexpr std::string_view kPrefix = "w6-";
  constexpr std::uint32_t kMost = 1000;
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const char* const end = name.data() + name.size();
  std::uint32_t pipelines = 0, devices = 0;
  const auto first = std::from_chars(name.data() + kPrefix.size(), end, pipelines);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != 'x') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, devices);
  if (second.ec != std::errc{} || second.ptr != end) return std::nullopt;
  if (pipelines == 0 || devices == 0 || pipelines > kMost || devices > kMost) return std::nullopt;
  return generate(pipelines, devices);
}

Workload workload_in(const std::filesystem::path& folder, const GeneratedWorkload& workload) {
  const auto root = std::filesystem::absolute(folder);
  const auto& name = workload.body.name;
  return {name, (root / "bodies" / name).string(), (root / "apps" / name).string(), {workload.body.link}};
}

std::vector<WorkloadFile> files_of(const GeneratedWorkload& workload) {
  const std::filesystem::path name = workload.body.name;
  std::vector<WorkloadFile> files{{std::filesystem::path("bodies") / (name.string() + ".yaml"),
                                   documents::to_yaml(workload.body) + "\n"}};
  for (const auto& app : workload.apps)
    files.push_back(
        {std::filesystem::path("apps") / name / (app.app.text() + ".yaml"), documents::to_yaml(app) + "\n"});
  return files;
}

}  // namespace synergy::planner_offline
