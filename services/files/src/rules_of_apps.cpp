// Apps, placements and days: what asks something of a body.
#include <algorithm>
#include <set>

#include "rules.hpp"
#include "synergy/accel_model/pieces.hpp"
#include "synergy/base/text.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/planner_service/read_model.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/node_path.hpp"
#include "synergy/virtual_mesh/day_script.hpp"

namespace synergy::files {
namespace {

using schemas::Findings;
using schemas::Node;

/// Whether devices of the body hold the model, a piece each; what is in the way on the first kind.
Status check_memory(const schemas::BodyView& body, const accel_model::Program& program) {
  std::set<schemas::AcceleratorKind> kinds;
  for (const auto* device : planner::present_devices(body))
    kinds.insert(body.profile_of(*device).accelerator);
  std::optional<Error> first;
  for (const auto kind : kinds) {
    const auto status = accel_model::check_pieces(program, kind);
    if (status) return {};
    if (!first) first = status.error();
  }
  return first ? Status(*first) : Status();
}

void note_devices_asked(const schemas::BodyView& body, const planner::Pipeline& pipeline, Node root,
                        Findings& findings) {
  const auto pieces = accel_model::clean_cuts(pipeline.model.program).size() + 1;
  const auto most = std::min(pieces, planner::present_devices(body).size());
  if (pipeline.app.at_least_devices <= most) return;
  const auto at = schemas::node_at(root, "at_least_devices").value_or(root);
  findings.note(at.wrong("'at_least_devices' is " + std::to_string(pipeline.app.at_least_devices) +
                         "; model '" + pipeline.app.model.text() + "' can be cut into " +
                         std::to_string(pieces) + " pieces at most, and body '" + body.name + "' has " +
                         std::to_string(body.devices.size()) + " devices: ask for at most " +
                         std::to_string(most)));
}

void note_on_body(const RuleContext& context, const schemas::AppRequest& app, Node root, Findings& findings) {
  auto model = planner_service::read_model(context.deploy, app.model);
  if (!model) return;  // is told of the model's own file
  const planner::Pipeline pipeline{app, *std::move(model)};
  const auto at = [&](const char* name) { return schemas::node_at(root, name).value_or(root); };
  if (const auto sources = planner::sources_for(*context.body, pipeline); !sources)
    note_at(findings, at("sensing"), sources.error().message);
  if (const auto targets = planner::targets_for(*context.body, pipeline); !targets)
    note_at(findings, at("interaction"), targets.error().message);
  if (const auto fits = check_memory(*context.body, pipeline.model.program); !fits)
    note_at(findings, at("model"),
            "no device of body '" + context.body->name + "' holds it: " + fits.error().message);
  note_devices_asked(*context.body, pipeline, root, findings);
}

/// Whether the body has the device.
void note_device(const RuleContext& context, const std::optional<TextAt>& device, Findings& findings) {
  if (!device || context.body == nullptr || context.body->find(DeviceId(device->text)) != nullptr) return;
  std::vector<std::string> known;
  for (const auto& one : context.body->devices) known.push_back(one.id.text());
  findings.note(device->node.wrong(unknown_name("device", device->text, known)));
}

}  // namespace

void app_rules(const RuleContext& context, Node root, const void* value, Findings& findings) {
  if (const auto model = text_at(root, "model")) {
    const auto names = context.deploy.model_names();
    if (std::find(names.begin(), names.end(), model->text) != names.end())
      context.references.push_back(
          {context.deploy.model_folder(ModelId(model->text)) / documents::kModelFile, FileKind::kModel});
    else
      findings.note(model->node.wrong(unknown_name("model", model->text, names) + " (" +
                                      (context.deploy.root() / "models/NAME/model.yaml").string() + ")"));
  }
  refer(context, findings, text_at(root, "sensing.needs"), "devices/sensors", FileKind::kSensor);
  refer(context, findings, text_at(root, "interaction.needs"), "devices/actuators", FileKind::kActuator);
  if (context.body == nullptr) return;
  if (value != nullptr)
    note_on_body(context, *static_cast<const schemas::AppRequest*>(value), root, findings);
  else
    for (const auto* end : {"sensing.on", "interaction.on"})
      note_device(context, text_at(root, end), findings);
}

void placement_rules(const RuleContext& context, Node root, Findings& findings) {
  const auto note_way = [&](Node way) {
    note_device(context, text_at(way, "source"), findings);
    note_device(context, text_at(way, "target"), findings);
    for (const auto chunk : items_at(way, "chunks")) note_device(context, text_at(chunk, "device"), findings);
  };
  for (const auto app : items_at(root, "apps")) {
    note_way(app);
    const auto ways = items_at(app, "ways");
    for (const auto way : ways) note_way(way);
    const bool has_chunks = !items_at(app, "chunks").empty();
    if (has_chunks == !ways.empty() && app.kind() == schemas::Kind::kMap)
      findings.note(app.wrong(has_chunks
                                  ? "'chunks' and 'ways' are both given; write one of them"
                                  : "it says nowhere where its layers run; write 'chunks', or 'ways'"));
  }
}

namespace {

/// A body with every device that the day names: what is not known of it, can not be wrong.
schemas::BodyView body_of_day(Node root) {
  schemas::BodyView body;
  std::set<std::string> names;
  for (const auto entry : items_at(root, ""))
    for (const auto* key : {"leave", "join", "battery"})
      if (const auto device = text_at(entry, key)) names.insert(device->text);
  for (const auto& name : names) body.devices.push_back({DeviceId(name), {}, {}, {}});
  return body;
}

}  // namespace

void day_rules(const RuleContext& context, Node root, Findings& findings) {
  for (const auto entry : items_at(root, "")) {
    if (const auto app = text_at(entry, "submit")) {
      const auto file = context.file.parent_path() / app->text;
      std::error_code failure;
      if (std::filesystem::exists(file, failure)) context.references.push_back({file, FileKind::kApp});
    }
    std::vector<Reference> links;
    Findings told_by_reader(entry);
    refer_to_link({context.file, context.deploy, context.body, links}, told_by_reader,
                  text_at(entry, "link"));
    context.references.insert(context.references.end(), links.begin(), links.end());
  }
  const auto body = context.body != nullptr ? *context.body : body_of_day(root);
  const auto day = virtual_mesh::read_day_list(root, context.file, context.deploy, body);
  if (!day) findings.note(day.error());
}

}  // namespace synergy::files
