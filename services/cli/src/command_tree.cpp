#include "synergy/cli/command_tree.hpp"

#include <algorithm>
#include <array>

namespace synergy::cli {
namespace {

struct Row {
  std::string_view option;  ///< `--app`, `APP`; `solve --app`: of that command only
  NamedValue value;
};

constexpr Row kValues[] = {
    {"--app", {"APP", ValueKind::kApp}},
    {"--as", {"KIND", ValueKind::kText}},
    {"--body", {"FILE", ValueKind::kBody}},
    {"--checkpoint", {"FILE", ValueKind::kFile}},
    {"--compose", {"FILE", ValueKind::kFile}},
    {"--data", {"FOLDER", ValueKind::kFolder}},
    {"--deploy", {"FOLDER", ValueKind::kFolder}},
    {"--deadline", {"TIME", ValueKind::kText}},
    {"--device", {"DEVICE", ValueKind::kDevice}},
    {"--events", {"FILE", ValueKind::kFile}},
    {"--files", {"FOLDER", ValueKind::kFolder}},
    {"--found", {"FINDING", ValueKind::kText}},
    {"--id", {"ID", ValueKind::kText}},
    {"--images", {"FILE", ValueKind::kFile}},
    {"--input", {"FILE", ValueKind::kFile}},
    {"--inputs", {"INPUTS", ValueKind::kText}},
    {"--instruction-set", {"NAME", ValueKind::kText}},
    {"--into", {"TIME", ValueKind::kText}},
    {"--labels", {"FILE", ValueKind::kFile}},
    {"--last", {"TIME", ValueKind::kText}},
    {"--layers", {"FOLDER", ValueKind::kFolder}},
    {"--link", {"LINK", ValueKind::kLink}},
    {"--listen", {"ADDRESS", ValueKind::kText}},
    {"--message", {"MESSAGE", ValueKind::kMessage}},
    {"--model", {"MODEL", ValueKind::kModel}},
    {"--name", {"NAME", ValueKind::kText}},
    {"--network", {"FILE", ValueKind::kFile}},
    {"--objective", {"NAME", ValueKind::kObjective}},
    {"--out", {"FOLDER", ValueKind::kFolder}},
    {"--output", {"FILE", ValueKind::kFile}},
    {"--outputs", {"FILE", ValueKind::kFile}},
    {"--page", {"FOLDER", ValueKind::kFolder}},
    {"--pin", {"FILE", ValueKind::kFile}},
    {"--placement", {"FILE", ValueKind::kFile}},
    {"--policy", {"NAME", ValueKind::kPolicy}},
    {"--programs", {"FOLDER", ValueKind::kFolder}},
    {"--recording", {"FILE", ValueKind::kFile}},
    {"--residency", {"NAME", ValueKind::kResidency}},
    {"--run-dir", {"FOLDER", ValueKind::kFolder}},
    {"--running", {"PLAN", ValueKind::kFile}},
    {"--sample", {"FILE", ValueKind::kFile}},
    {"--service", {"PROCESS", ValueKind::kProcess}},
    {"--since", {"MOMENT", ValueKind::kText}},
    {"--split", {"LAYER", ValueKind::kText}},
    {"--store", {"FILE", ValueKind::kFile}},
    {"--table", {"LETTER", ValueKind::kText}},
    {"--topic", {"TOPIC", ValueKind::kTopic}},
    {"--trace", {"TRACE", ValueKind::kHarvest}},
    {"--until", {"MOMENT", ValueKind::kText}},
    {"--weights", {"SOURCE", ValueKind::kText}},
    {"--workload", {"WORKLOAD", ValueKind::kText}},
    {"--write-placement", {"FILE", ValueKind::kFile}},
    {"APP", {"APP", ValueKind::kApp}},
    {"CAPABILITY", {"CAPABILITY", ValueKind::kText}},
    {"COMMAND", {"COMMAND", ValueKind::kCommand}},
    {"DEVICE", {"DEVICE", ValueKind::kDevice}},
    {"DIR", {"DIR", ValueKind::kFolder}},
    {"FILE", {"FILE", ValueKind::kFile}},
    {"JSON", {"JSON", ValueKind::kText}},
    {"KIND", {"KIND", ValueKind::kText}},
    {"MODEL", {"MODEL", ValueKind::kModel}},
    {"NAME", {"NAME", ValueKind::kText}},
    {"PLAN", {"PLAN", ValueKind::kFile}},
    {"PROCESS", {"PROCESS", ValueKind::kProcess}},
    {"PROFILE", {"PROFILE", ValueKind::kProfile}},
    {"TOPIC", {"TOPIC", ValueKind::kTopic}},
    {"TRACE", {"TRACE", ValueKind::kHarvest}},
    {"live --app", {"FILE", ValueKind::kFile}},
    {"intermittent --device", {"PROFILE", ValueKind::kDeviceFile}},
    {"intermittent --for", {"TIME", ValueKind::kText}},
    {"intermittent --output", {"FOLDER", ValueKind::kFolder}},
    {"planner --output", {"FOLDER", ValueKind::kFolder}},
    {"explain --app", {"FILE", ValueKind::kFile}},
    {"import --output", {"FOLDER", ValueKind::kFolder}},
    {"link PROFILE", {"PROFILE", ValueKind::kLink}},
    {"run --device", {"PROFILE", ValueKind::kDeviceFile}},
    {"run --for", {"TIME", ValueKind::kText}},
    {"simulate --app", {"FILE", ValueKind::kFile}},
    {"size --device", {"PROFILE", ValueKind::kDeviceFile}},
    {"solve --app", {"FILE", ValueKind::kFile}},
    {"solve --device", {"PROFILE", ValueKind::kDeviceFile}},
    {"workload --output", {"FOLDER", ValueKind::kFolder}},
};

}  // namespace

std::string OptionInfo::name() const {
  const auto longest = std::max_element(names.begin(), names.end(),
                                        [](const auto& a, const auto& b) { return a.size() < b.size(); });
  return longest == names.end() ? placeholder : *longest;
}

const CommandInfo* CommandInfo::find(std::string_view command) const {
  const auto found =
      std::find_if(commands.begin(), commands.end(), [&](const auto& one) { return one.name == command; });
  return found == commands.end() ? nullptr : &*found;
}

const OptionInfo* CommandInfo::find_option(std::string_view option) const {
  const auto found = std::find_if(options.begin(), options.end(), [&](const auto& one) {
    return std::find(one.names.begin(), one.names.end(), option) != one.names.end();
  });
  return found == options.end() ? nullptr : &*found;
}

std::optional<NamedValue> value_of_option(std::string_view command, std::string_view option) {
  const auto own = std::string(command) + " " + std::string(option);
  std::optional<NamedValue> general;
  for (const auto& row : kValues) {
    if (row.option == own) return row.value;
    if (row.option == option) general = row.value;
  }
  return general;
}

}  // namespace synergy::cli
