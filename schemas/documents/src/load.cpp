#include "synergy/documents/load.hpp"

#include <algorithm>
#include <utility>

#include "synergy/base/text.hpp"
#include "synergy/documents/harvest_file.hpp"
#include "synergy/documents/profile_names.hpp"
#include "synergy/documents/sensor_sources.hpp"
#include "synergy/documents/yaml.hpp"

namespace synergy::documents {
namespace {

namespace fs = std::filesystem;

/// Reads `folder/name.yaml`; a missing one is an error that lists those that exist.
template <schemas::Described T>
Result<T> read_named(const fs::path& folder, std::string_view what, const std::string& name) {
  const auto names = names_in(folder);
  if (std::find(names.begin(), names.end(), name) == names.end())
    return Error{ErrorCode::kNotFound, unknown_name(what, name, names)};
  return read_yaml<T>(folder / (name + ".yaml"));
}

/// Of the files in a folder that end so, in order and without the ending; none where there is no such folder.
std::vector<std::string> stems_in(const fs::path& folder, std::string_view ending) {
  std::vector<std::string> names;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure))
    if (entry.path().extension() == ending) names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

bool is_file(const std::string& name, std::string_view ending) {
  return name.find('/') != std::string::npos || name.ends_with(ending);
}

/// A recording's file is named as seen from the profile's.
Result<schemas::DeviceProfile> with_trace_from(const fs::path& file, Result<schemas::DeviceProfile> profile) {
  if (profile && profile->harvest && is_harvest_file(profile->harvest->trace))
    profile->harvest->trace = (file.parent_path() / profile->harvest->trace).string();
  return profile;
}

}  // namespace

std::vector<std::string> names_in(const fs::path& folder) { return stems_in(folder, ".yaml"); }

bool is_link_file(const std::string& name) { return is_file(name, ".yaml"); }
bool is_device_file(const std::string& name) { return is_file(name, ".yaml"); }
bool is_harvest_file(const std::string& name) { return is_file(name, ".csv"); }

std::optional<fs::path> deploy_folder_of(const fs::path& body) {
  std::error_code failure;
  const auto folder = fs::absolute(body, failure).lexically_normal().parent_path().parent_path();
  if (failure || !fs::is_directory(folder / "devices", failure)) return std::nullopt;
  return folder;
}

Result<schemas::BodyView> DeployFolder::body(const fs::path& file) const {
  auto body = read_yaml<schemas::Body>(file);
  if (!body) return body.error();
  const auto name = file.string();
  schemas::BodyView view;
  view.name = body->name;
  view.time_scale = body->time_scale;
  view.devices = body->devices;
  for (auto& device : view.devices)
    for (auto& sensor : device.sensors)
      if (auto status = load_sources(root_, sensor); !status)
        return status.error().at(name + ": device '" + device.id.text() + "', sensor '" + sensor.capability +
                                 "'");
  // A link file of a body is named as seen from the body's file.
  auto link = this->link(is_link_file(body->link) ? (file.parent_path() / body->link).string() : body->link);
  if (!link) return link.error().at(name);
  view.link = *link;
  for (const auto& device : body->devices) {
    const auto where = name + ": device '" + device.id.text() + "'";
    auto profile = device_profile(device.profile);
    if (!profile) return profile.error().at(where);
    if (auto usable = schemas::check_mesh_can_use(*profile); !usable) return usable.error().at(where);
    view.device_profiles.emplace(device.profile, *profile);
    for (const auto& sensor : device.sensors) {
      auto found =
          read_named<schemas::SensorProfile>(root_ / "devices" / "sensors", "sensor", sensor.capability);
      if (!found) return found.error().at(where);
      view.sensor_profiles.emplace(sensor.capability, *found);
    }
    for (const auto& actuator : device.actuators) {
      auto found =
          read_named<schemas::ActuatorProfile>(root_ / "devices" / "actuators", "actuator", actuator);
      if (!found) return found.error().at(where);
      view.actuator_profiles.emplace(actuator, *found);
    }
  }
  return view;
}

Result<schemas::DeviceProfile> DeployFolder::device_profile(const std::string& name) const {
  return with_trace_from(root_ / "devices" / name,
                         read_named<schemas::DeviceProfile>(root_ / "devices", "device profile", name));
}

Result<schemas::DeviceProfile> DeployFolder::device_profile_at(const std::string& name_or_file) const {
  if (!is_device_file(name_or_file)) return device_profile(name_or_file);
  return with_trace_from(name_or_file, read_yaml<schemas::DeviceProfile>(name_or_file));
}

std::vector<std::string> DeployFolder::harvest_names() const { return stems_in(root_ / "harvest", ".csv"); }

Result<schemas::HarvestRecording> DeployFolder::harvest(const std::string& name_or_file) const {
  if (is_harvest_file(name_or_file)) return read_harvest(name_or_file);
  const auto names = harvest_names();
  if (std::find(names.begin(), names.end(), name_or_file) == names.end())
    return Error{ErrorCode::kNotFound, unknown_name("harvest", name_or_file, names)};
  return read_harvest(root_ / "harvest" / (name_or_file + ".csv"));
}

Result<schemas::LinkProfile> DeployFolder::link(const std::string& name_or_file) const {
  if (is_link_file(name_or_file)) return read_yaml<schemas::LinkProfile>(name_or_file);
  return read_named<schemas::LinkProfile>(root_ / "links", "link", name_or_file);
}

std::filesystem::path DeployFolder::model_folder(const ModelId& id) const {
  return root_ / "models" / id.text();
}

std::vector<std::string> DeployFolder::model_names() const {
  std::vector<std::string> names;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(root_ / "models", failure))
    if (fs::exists(entry.path() / kModelFile, failure)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

Result<ModelFolder> DeployFolder::model(const ModelId& id) const {
  const auto names = model_names();
  if (std::find(names.begin(), names.end(), id.text()) == names.end())
    return Error{ErrorCode::kNotFound, unknown_name("model", id.text(), names)};
  auto model = read_model_folder(model_folder(id));
  if (!model) return model.error();
  const auto file = (model->path / kModelFile).string();
  const auto& described = model->description;
  if (described.name != id)
    return Error{ErrorCode::kInvalid,
                 file + ": is named '" + described.name.text() + "', its folder '" + id.text() + "'"};
  const auto& sensor = described.input.sensor;
  const auto sensors = names_in(root_ / "devices" / "sensors");  // none in a folder of models alone
  if (!sensor.empty() && !sensors.empty() &&
      std::find(sensors.begin(), sensors.end(), sensor) == sensors.end())
    return Error{ErrorCode::kInvalid, file + ": input: " + unknown_name("sensor", sensor, sensors)};
  return model;
}

Result<schemas::AppRequest> read_app(const fs::path& file) { return read_yaml<schemas::AppRequest>(file); }

Result<std::vector<schemas::AppRequest>> read_apps(const std::vector<fs::path>& given) {
  std::vector<fs::path> files;
  for (const auto& path : given) {
    std::error_code failure;
    if (!fs::is_directory(path, failure)) {
      files.push_back(path);
      continue;
    }
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(path, failure))
      if (entry.path().extension() == ".yaml") found.push_back(entry.path());
    if (found.empty()) return Error{ErrorCode::kNotFound, path.string() + ": holds no app files (.yaml)"};
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  if (files.empty()) return Error{ErrorCode::kInvalid, "no apps are given"};
  std::vector<schemas::AppRequest> apps;
  std::optional<Error> wrong;  // what is wrong with all of them, a line each
  for (const auto& file : files) {
    auto app = read_app(file);
    if (app)
      apps.push_back(std::move(*app));
    else if (wrong)
      wrong->message += "\n" + app.error().message;
    else
      wrong = app.error();
  }
  if (wrong) return *wrong;
  return apps;
}

}  // namespace synergy::documents
