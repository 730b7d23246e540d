// Models: their files, and whether any accelerator would run them.
#include <algorithm>
#include <charconv>

#include "rules.hpp"
#include "synergy/accel/model_files.hpp"
#include "synergy/accel_model/pieces.hpp"
#include "synergy/accel_model/rules.hpp"
#include "synergy/base/text.hpp"
#include "synergy/documents/profile_names.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/node_path.hpp"

namespace synergy::files {
namespace {

using schemas::Findings;
using schemas::ModelDescription;
using schemas::Node;

/// Where the node stands, as errors have it in front: `file:3:5`.
std::string place_of(Node node) {
  const auto text = node.wrong("").message;
  return text.substr(0, text.size() - std::min<std::size_t>(2, text.size()));
}

/// The name that apps know it by is that of its folder, where it stands in one of its own.
void note_name(const RuleContext& context, Node root, Findings& findings) {
  const auto name = text_at(root, "name");
  std::error_code failure;
  const auto folder = std::filesystem::absolute(context.file, failure).lexically_normal().parent_path();
  const bool is_found_by_name =
      std::filesystem::equivalent(folder.parent_path(), context.deploy.root() / "models", failure) &&
      !failure;
  if (!name || !is_found_by_name || folder.filename() == name->text) return;
  findings.note(name->node.wrong("'name' is '" + name->text + "', and its folder's is '" +
                                 folder.filename().string() + "'; apps find it by both: make them equal"));
}

void note_sensor(const RuleContext& context, Node root, Findings& findings) {
  const auto sensor = text_at(root, "input.sensor");
  const auto names = documents::names_in(context.deploy.root() / "devices" / "sensors");
  if (sensor && !sensor->text.empty() && !names.empty() &&
      std::find(names.begin(), names.end(), sensor->text) == names.end())
    findings.note(sensor->node.wrong(unknown_name("sensor", sensor->text, names)));
}

/// Files of weights and biases that are not there, at the layer that names them. Whether there are such.
bool note_files(const RuleContext& context, Node root, Findings& findings) {
  bool all_there = true;
  for (const auto layer : items_at(root, "layers"))
    for (const auto* key : {"weights", "bias"}) {
      const auto file = text_at(layer, key);
      if (!file || file->text.empty()) continue;
      const auto path = context.file.parent_path() / file->text;
      std::error_code failure;
      if (std::filesystem::is_regular_file(path, failure)) continue;
      findings.note(file->node.wrong("there is no file '" + path.string() +
                                     "'; a model's files stand in its folder (or say 'weights_seed': none is "
                                     "needed then)"));
      all_there = false;
    }
  return all_there;
}

/// The layer that a line about a program names: `... layer 3 'conv4' ...`.
Node layer_named(Node root, const std::string& line) {
  const auto at = line.find("layer ");
  std::size_t number = 0;
  if (at == std::string::npos) return root;
  const auto* const begin = line.data() + at + 6;
  if (std::from_chars(begin, line.data() + line.size(), number).ec != std::errc{}) return root;
  const auto layers = items_at(root, "layers");
  return number < layers.size() ? layers[number] : root;
}

/// What building the program says bears the layer's place already.
void note_program_error(Node root, const std::string& file, const std::string& message, Findings& findings) {
  if (message.starts_with(file + ":"))
    findings.note(Error{ErrorCode::kInvalid, message});
  else
    note_at(findings, layer_named(root, message), message);
}

/// Recorded networks have such mistakes, and run as they were recorded.
void note_warning(Node root, const std::string& file, const std::string& message, Findings& findings) {
  const auto text = message.substr(message.starts_with(file + ":") ? message.find(": layer ") + 2 : 0);
  note_at(findings, layer_named(root, text), std::string(kWarning) + text);
}

/// That neither chip runs it, not even in pieces on several.
void note_chips(const accel_model::Program& program, Node root, const std::string& file, Findings& findings) {
  std::vector<Error> errors;
  for (const auto& [kind, name] : schemas::kEnumNames<schemas::AcceleratorKind>) {
    const auto status = accel_model::check_pieces(program, kind);
    if (status) return;
    errors.push_back(status.error());
  }
  for (const auto& error : errors) note_program_error(root, file, error.message, findings);
}

}  // namespace

void model_rules(const RuleContext& context, Node root, const void* value, Findings& findings) {
  note_name(context, root, findings);
  note_sensor(context, root, findings);
  if (value == nullptr) return;
  auto description = *static_cast<const ModelDescription*>(value);
  const bool has_files = description.weights_seed.has_value() || note_files(context, root, findings);
  const auto layers = items_at(root, "layers");
  for (std::size_t k = 0; k < layers.size(); ++k) description.layers[k].place = place_of(layers[k]);
  description.place = context.file.string();
  const auto program = accel_model::build_program(description);
  if (!program) return note_program_error(root, description.place, program.error().message, findings);
  if (const auto reads = accel_model::check_reads(*program); !reads)
    note_warning(root, description.place, reads.error().message, findings);
  note_chips(*program, root, description.place, findings);
  if (!has_files || context.file.filename() != documents::kModelFile) return;
  if (const auto loaded = accel::load_model(context.file.parent_path()); !loaded)
    note_at(findings, layer_named(root, loaded.error().message), loaded.error().message);
}

}  // namespace synergy::files
