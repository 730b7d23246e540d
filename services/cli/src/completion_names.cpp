#include "completion_names.hpp"

#include <algorithm>
#include <cstdlib>

#include "synergy/base/visible_text.hpp"
#include "synergy/client/live_names.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/planning.hpp"

namespace synergy::cli {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

/// The folder that the line names with this option, else `usual`.
fs::path folder_of(const GivenValues& given, const char* option, const fs::path& usual) {
  const auto found = given.find(option);
  return found == given.end() || found->second.empty() ? usual : fs::path(found->second);
}

/// Of the mesh that is meant. The parser, which reads the environment, has not read this line.
fs::path run_folder_of(const Shared& shared, const GivenValues& given) {
  const char* chosen = std::getenv("SYNERGY_RUN_DIR");
  return folder_of(given, "--run-dir",
                   chosen != nullptr && *chosen != '\0' ? chosen : shared.run_folder.folder.c_str());
}

/// The entries of a folder, by name.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> all;
  std::error_code failure;
  for (fs::directory_iterator it(folder, failure), end; !failure && it != end; it.increment(failure))
    all.push_back(it->path());
  std::sort(all.begin(), all.end());
  return all;
}

/// `ble-2m` of deploy/links/ble-2m.yaml.
Names documents_in(const fs::path& folder) {
  Names names;
  for (const auto& file : entries_of(folder))
    if (file.extension() == ".yaml") names.push_back(file.stem().string());
  return names;
}

/// As one would type them from here.
Names body_files(const fs::path& deploy) {
  Names names;
  std::error_code failure;
  const auto here = fs::current_path(failure);
  for (const auto& file : entries_of(deploy / "bodies")) {
    const auto near = file.lexically_relative(here);
    const bool is_below = !near.empty() && *near.begin() != "..";
    if (file.extension() == ".yaml") names.push_back((is_below ? near : file).string());
  }
  return names;
}

template <schemas::NamedEnum E>
Names names_in() {
  Names names;
  for (const auto& [value, name] : schemas::kEnumNames<E>) names.emplace_back(name);
  return names;
}

/// None where no mesh answers.
LiveNames live(const Shared& shared, const GivenValues& given) {
  const auto run_folder = run_folder_of(shared, given);
  if (!broker_listens(run_folder)) return {};
  const auto names = live_names(run_folder, kMeshTime);
  return names ? *names : LiveNames{};
}

Names models(const Shared& shared, const GivenValues& given) {
  Names names;
  for (const auto& folder : entries_of(folder_of(given, "--deploy", shared.deploy_folder) / "models")) {
    std::error_code failure;
    if (fs::is_directory(folder, failure)) names.push_back(folder.filename().string());
  }
  for (auto& name : live(shared, given).models) names.push_back(name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Names topics(const LiveNames& names) {
  Names topics;
  for (const auto& row : topics_of(names).topics) topics.push_back(row.topic);
  return topics;
}

Names messages() {
  Names names;
  for (const auto& info : schemas::catalogue())
    if (!info.topic.empty()) names.push_back(info.name);
  return names;
}

}  // namespace

NamesOf names_of_mesh(const Shared& shared) {
  return [&shared](ValueKind kind, const GivenValues& given) -> Names {
    const auto deploy = folder_of(given, "--deploy", shared.deploy_folder);
    Names names;
    switch (kind) {
      case ValueKind::kApp:
        names = live(shared, given).apps;
        break;
      case ValueKind::kDevice:
        names = live(shared, given).devices;
        break;
      case ValueKind::kProcess:
        names = live(shared, given).processes;
        break;
      case ValueKind::kTopic:
        names = topics(live(shared, given));
        break;
      case ValueKind::kModel:
        names = models(shared, given);
        break;
      case ValueKind::kMessage:
        return messages();
      case ValueKind::kBody:
        names = body_files(deploy);
        break;
      case ValueKind::kLink:
        names = documents_in(deploy / "links");
        break;
      case ValueKind::kHarvest:
        names = documents::DeployFolder(deploy).harvest_names();
        break;
      case ValueKind::kProfile:
      case ValueKind::kDeviceFile:
        names = documents_in(deploy / "devices");
        break;
      case ValueKind::kPolicy:
        return planner::policy_names();
      case ValueKind::kObjective:
        return names_in<schemas::Objective>();
      case ValueKind::kResidency:
        return names_in<schemas::Residency>();
      case ValueKind::kText:
      case ValueKind::kFile:
      case ValueKind::kFolder:
      case ValueKind::kCommand:
        break;
    }
    // A shell's script parts lines: what could be two of them is left out.
    std::erase_if(names, [](const auto& name) { return visible(name) != name || name.starts_with(':'); });
    return names;
  };
}

}  // namespace synergy::cli
