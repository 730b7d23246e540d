#include "synergy/cli/model_argument.hpp"

#include <algorithm>
#include <cctype>

#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/rules.hpp"
#include "synergy/base/text.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/documents/yaml.hpp"

namespace synergy::cli {

void add_device_option(Command& command, std::string& device) {
  std::vector<std::string> kinds;
  for (const auto& [kind, name] : schemas::kEnumNames<schemas::AcceleratorKind>) kinds.emplace_back(name);
  command.add_option("--device", device, "MAX78000 or MAX78002; the first that it fits without")
      ->one_of(kinds);
}

Result<accel::LoadedModel> load_model_argument(const std::filesystem::path& deploy,
                                               const std::string& model) {
  std::error_code failure;
  if (std::filesystem::exists(std::filesystem::path(model) / documents::kModelFile, failure))
    return accel::load_model(model);
  const documents::DeployFolder folder(deploy);
  const auto names = folder.model_names();
  if (std::find(names.begin(), names.end(), model) == names.end())
    return Error{ErrorCode::kNotFound, unknown_name("model", model, names) + " (a folder with a " +
                                           documents::kModelFile + " will do as well)"};
  return accel::load_model(folder.model_folder(ModelId(model)));
}

Status fits(const accel_model::Program& program, schemas::AcceleratorKind kind) {
  if (auto status = check_rules(program, kind); !status) return status;
  const accel_model::Program* programs[] = {&program};
  if (const auto placed = accel_model::place(programs, kind); !placed) return placed.error();
  return {};
}

schemas::AcceleratorKind kind_for(const std::string& device, std::span<const accel_model::Program> programs) {
  for (const auto& [kind, name] : schemas::kEnumNames<schemas::AcceleratorKind>) {
    const auto fits_kind = [kind = kind](const auto& program) { return fits(program, kind).has_value(); };
    if (device.empty() ? std::all_of(programs.begin(), programs.end(), fits_kind) : device == name)
      return kind;
  }
  return schemas::AcceleratorKind::kMax78000;
}

Result<schemas::DeviceProfile> profile_of(const std::filesystem::path& deploy,
                                          schemas::AcceleratorKind kind) {
  std::string file(name_of(kind));
  for (auto& letter : file) letter = char(std::tolower(static_cast<unsigned char>(letter)));
  return documents::read_yaml<schemas::DeviceProfile>(deploy / "devices" / (file + ".yaml"));
}

std::string layer_range(const accel_model::Program& chunk) {
  return std::to_string(chunk.first_layer) + "-" +
         std::to_string(chunk.first_layer + chunk.layers.size() - 1);
}

}  // namespace synergy::cli
