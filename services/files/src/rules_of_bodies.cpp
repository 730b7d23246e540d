// Devices, bodies, and the lists that name bodies and devices.
#include "rules.hpp"
#include "synergy/base/text.hpp"
#include "synergy/documents/profile_names.hpp"
#include "synergy/documents/sensor_sources.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/node_path.hpp"

namespace synergy::files {
namespace {

using schemas::Findings;
using schemas::Node;

/// Loads each source of a sensor that could be read, and notes what is wrong with it.
void note_sources(const RuleContext& context, Node sensor, Findings& findings) {
  schemas::Sensor read;
  if (!schemas::decode(sensor, read)) return;  // is told by the field list
  const auto& root = context.deploy.root();
  if (const auto status = documents::check_sources(read); !status)
    return note_at(findings, sensor, status.error().message);
  if (!read.frames.empty()) {
    if (const auto status = documents::load_sources(root, read); !status)
      note_at(findings, schemas::node_at(sensor, "frames").value_or(sensor), status.error().message);
    return;
  }
  if (!read.sources) return;
  const auto nodes = items_at(sensor, "sources");
  std::vector<schemas::SensorSource> loaded;
  for (std::size_t i = 0; i < read.sources->size(); ++i) {
    auto source = (*read.sources)[i];
    if (source.frames.empty()) continue;
    if (const auto status = documents::load_source(root, source); !status) {
      note_at(findings, nodes[i], status.error().message);
      continue;
    }
    for (const auto& before : loaded)
      if (const auto status = documents::check_unlike(before, source); !status)
        note_at(findings, nodes[i], status.error().message);
    loaded.push_back(source);
  }
}

/// A profile that a mesh can not use. One that can not be read is a finding of its own file.
void note_unusable(const RuleContext& context, const std::optional<TextAt>& name, Findings& findings) {
  if (!name) return;
  const auto profile = context.deploy.device_profile(name->text);
  if (!profile) return;
  if (const auto usable = schemas::check_mesh_can_use(*profile); !usable)
    note_at(findings, name->node, usable.error().message);
}

}  // namespace

void device_rules(const RuleContext& context, Node root, Findings& findings) {
  const auto trace = text_at(root, "harvest.trace");
  if (!trace) return;
  const auto named = documents::is_harvest_file(trace->text)
                         ? (context.file.parent_path() / trace->text).string()
                         : trace->text;
  if (const auto read = context.deploy.harvest(named); !read)
    note_at(findings, trace->node, read.error().message);
}

void body_rules(const RuleContext& context, Node root, Findings& findings) {
  refer_to_link(context, findings, text_at(root, "link"));
  for (const auto device : items_at(root, "devices")) {
    refer(context, findings, text_at(device, "profile"), "devices", FileKind::kDevice);
    note_unusable(context, text_at(device, "profile"), findings);
    for (const auto sensor : items_at(device, "sensors")) {
      refer(context, findings, text_at(sensor, "capability"), "devices/sensors", FileKind::kSensor);
      note_sources(context, sensor, findings);
    }
    for (const auto actuator : items_at(device, "actuators"))
      if (actuator.kind() == schemas::Kind::kText)
        refer(context, findings, TextAt{actuator, std::string(actuator.text())}, "devices/actuators",
              FileKind::kActuator);
  }
}

void workload_rules(const RuleContext& context, Node root, Findings& findings) {
  for (const auto workload : items_at(root, "workloads")) {
    refer(context, findings, text_at(workload, "body"), "bodies", FileKind::kBody);
    for (const auto link : items_at(workload, "links"))
      if (link.kind() == schemas::Kind::kText)
        refer(context, findings, TextAt{link, std::string(link.text())}, "links", FileKind::kLink);
    const auto apps = text_at(workload, "apps");
    if (!apps) continue;
    const auto folder = context.deploy.root() / "apps" / apps->text;
    const auto names = documents::names_in(folder);
    if (names.empty())
      findings.note(apps->node.wrong("there are no app files (.yaml) in " + folder.string() +
                                     "; name a folder of apps/"));
    for (const auto& name : names) context.references.push_back({folder / (name + ".yaml"), FileKind::kApp});
  }
}

void measurement_rules(const RuleContext& context, Node root, Findings& findings) {
  for (const auto* list : {"networks", "powers"})
    for (const auto row : items_at(root, list)) {
      refer(context, findings, text_at(row, "device"), "devices", FileKind::kDevice);
      const auto folder = text_at(row, "folder");
      if (!folder) continue;
      const auto file = context.deploy.root() / folder->text / documents::kModelFile;
      std::error_code failure;
      if (std::filesystem::exists(file, failure))
        context.references.push_back({file, FileKind::kModel});
      else
        findings.note(folder->node.wrong("there is no " + file.string() + "; name a folder below " +
                                         context.deploy.root().string() + ", or say why under 'left_out'"));
    }
}

}  // namespace synergy::files
