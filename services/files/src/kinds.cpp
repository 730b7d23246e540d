#include "synergy/files/kinds.hpp"

#include <algorithm>

#include "synergy/accel_bench/measurements.hpp"
#include "synergy/planner_offline/workloads.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/json_schema.hpp"
#include "synergy/schemas/model.hpp"
#include "synergy/schemas/placement.hpp"
#include "synergy/virtual_mesh/day_script.hpp"

namespace synergy::files {
namespace {

using schemas::describe;
using schemas::Kind;
using schemas::Node;

constexpr KindInfo kKinds[] = {
    {FileKind::kApp, "app file", "An app: a request for a pipeline of sensor, model and output (deploy/apps)",
     &describe<schemas::AppRequest>},
    {FileKind::kBody, "body file",
     "A body: the devices of one wearer, their sensors and actuators, and the link (deploy/bodies)",
     &describe<schemas::Body>},
    {FileKind::kDevice, "device profile",
     "A kind of wearable: its accelerator, clocks, memories, times and energies (deploy/devices)",
     &describe<schemas::DeviceProfile>},
    {FileKind::kSensor, "sensor profile",
     "A kind of sensor: fixed_us + bytes x ns_per_byte for a frame (deploy/devices/sensors)",
     &describe<schemas::SensorProfile>},
    {FileKind::kActuator, "actuator profile",
     "A kind of actuator: how long it takes a result over (deploy/devices/actuators)",
     &describe<schemas::ActuatorProfile>},
    {FileKind::kLink, "link profile",
     "A kind of link between two devices: message_overhead_us + bytes / bytes_per_second (deploy/links)",
     &describe<schemas::LinkProfile>},
    {FileKind::kModel, "model file",
     "A model: its input, and its layers in the words of the vendor's tool (deploy/models/NAME/model.yaml)",
     &describe<schemas::ModelDescription>},
    {FileKind::kPlacement, "placement file",
     "Which layers of each app's model run where (synergy solve --placement, plan --pin)",
     &describe<schemas::Placement>},
    {FileKind::kDay, "day file", "What happens on a day (synergy simulate --events; deploy/days)",
     &describe<virtual_mesh::DayEvent>, true},
    {FileKind::kWorkloads, "workloads file",
     "Which apps run on which body, and the links they are compared on (deploy/workloads.yaml)",
     &describe<planner_offline::WorkloadList>},
    {FileKind::kMeasurements, "measurements file",
     "What boards did, as published (deploy/calibration/measurements.yaml)",
     &describe<accel_bench::Measurements>},
};

/// How many of the map's keys the struct has, and how many it does not have.
struct Matches {
  int known = 0, unknown = 0;
  /// What tells kinds apart: a key that the struct lacks weighs as much as one that it has.
  [[nodiscard]] int score() const { return known - unknown; }
};

Matches matches(Node map, const schemas::StructInfo& info) {
  Matches found;
  for (std::size_t i = 0; i < map.size(); ++i) {
    const auto key = map.key(i);
    const bool known =
        std::any_of(info.fields.begin(), info.fields.end(), [&](const auto& f) { return f.name == key; });
    ++(known ? found.known : found.unknown);
  }
  return found;
}

}  // namespace

std::span<const KindInfo> file_kinds() { return kKinds; }

const KindInfo& info_of(FileKind kind) { return kKinds[std::size_t(kind)]; }

std::vector<std::string> names_of_kinds() {
  std::vector<std::string> names;
  for (const auto& [kind, name] : schemas::kEnumNames<FileKind>) names.emplace_back(name);
  return names;
}

std::optional<FileKind> kind_of(Node root) {
  if (root.kind() == Kind::kList) return FileKind::kDay;
  if (root.kind() != Kind::kMap) return std::nullopt;
  std::optional<FileKind> best;
  int most = 0;
  bool several = false;
  for (const auto& kind : kKinds) {
    const auto found = matches(root, kind.info());
    if (kind.is_list || found.known == 0 || (best && found.score() < most)) continue;
    several = best && found.score() == most;
    best = kind.kind;
    most = found.score();
  }
  return several ? std::nullopt : best;
}

std::string schema_file_name(FileKind kind) { return std::string(schemas::name_of(kind)) + ".schema.json"; }

std::string schema_of(FileKind kind) {
  const auto& info = info_of(kind);
  return schemas::json_schema(info.info(), {info.title, info.description, info.is_list});
}

}  // namespace synergy::files
