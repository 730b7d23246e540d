// model, alone: which models there are.
#include <memory>

#include "flags.hpp"
#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/program.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/model_argument.hpp"
#include "synergy/client/table.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

struct ModelLine {
  std::string model, input, result;
  std::uint64_t layers = 0, weight_bytes = 0, bias_bytes = 0;
  std::vector<std::string> fits;
  std::string problem;

  static void fields(auto& f) {
    using M = ModelLine;
    f.required("model", &M::model, "name");
    f.required("input", &M::input, "channels x rows x columns");
    f.required("result", &M::result, "argmax, softmax or raw");
    f.required("layers", &M::layers, "how many");
    f.required("weight_bytes", &M::weight_bytes, "shared tensors once");
    f.required("bias_bytes", &M::bias_bytes, "of all layers");
    f.required("fits", &M::fits, "kinds of device of which one alone holds it; others may hold it together");
    f.required("problem", &M::problem, "why it can not be read; empty: nothing");
  }
};

struct ModelList {
  std::vector<ModelLine> models;
  static void fields(auto& f) { f.required("models", &ModelList::models, "by name"); }
};

ModelLine line_of(const documents::DeployFolder& deploy, const std::string& name) {
  ModelLine line;
  line.model = name;
  const auto description = documents::read_model_description(deploy.model_folder(ModelId(name)));
  const auto program = description ? accel_model::build_program(*description)
                                   : Result<accel_model::Program>(description.error());
  if (!program) {
    line.problem = program.error().message;
    return line;
  }
  line.input = to_string(program->input());
  line.result = name_of(program->result);
  line.layers = program->layers.size();
  line.weight_bytes = accel_model::weight_bytes(*program);
  line.bias_bytes = accel_model::bias_bytes(*program);
  for (const auto& [kind, kind_name] : schemas::kEnumNames<schemas::AcceleratorKind>)
    if (fits(*program, kind)) line.fits.emplace_back(kind_name);
  return line;
}

std::string to_text(const ModelList& list) {
  Table table({"MODEL", "INPUT", "RESULT", "LAYERS", "WEIGHT BYTES", "ONE HOLDS IT"});
  for (const auto& model : list.models)
    if (model.problem.empty())
      table.add({model.model, model.input, model.result, std::to_string(model.layers),
                 std::to_string(model.weight_bytes), model.fits.empty() ? "-" : list_of(model.fits)});
    else
      table.add({model.model, model.problem});
  return table.text();
}

Status list(const Shared& shared) {
  const documents::DeployFolder deploy(shared.deploy_folder);
  ModelList list;
  for (const auto& name : deploy.model_names()) list.models.push_back(line_of(deploy, name));
  if (list.models.empty())
    return Error{ErrorCode::kNotFound,
                 shared.deploy_folder.string() + ": no models; name the folder with --deploy"};
  print<ModelList>(shared, list, to_text);
  return {};
}

}  // namespace

void add_model_command(const NewCommand& made) {
  auto* command = add_command(made, [&shared = made.shared] { return list(shared); });
  add_deploy_option(*command, made.shared, "models");
}

}  // namespace synergy::cli
