#include "synergy/files/new_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "commented_yaml.hpp"
#include "synergy/base/text.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/documents/profile_names.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::files {
namespace {

namespace fs = std::filesystem;
using documents::DeployFolder;

/// The name that is best for a first file, or the first one there is.
Result<std::string> chosen(const std::vector<std::string>& names, const std::string& best,
                           const std::string& folder) {
  if (names.empty()) return Error{ErrorCode::kNotFound, folder + ": holds nothing that the file could name"};
  return std::find(names.begin(), names.end(), best) != names.end() ? best : names.front();
}

Result<std::string> profile_in(const fs::path& deploy, const std::string& folder, const std::string& best) {
  return chosen(documents::names_in(deploy / folder), best, (deploy / folder).string());
}

/// Figures as another profile has them: whoever copies one has not measured it.
template <schemas::Described Profile>
void assume_figures(Profile& profile, const std::string& of) {
  for (auto* const figure : schemas::figures_in(profile)) {
    figure->mark = schemas::Mark::kAssumed;
    figure->source = "as " + of;
  }
}

template <class T>
std::string text_of(const T& value) {
  return commented_yaml(schemas::describe<T>(), &value);
}

Result<std::string> new_app(const std::string& name, const fs::path& root) {
  const DeployFolder deploy(root);
  const auto model = chosen(deploy.model_names(), "digits", (root / "models").string());
  if (!model) return model.error();
  const auto description = documents::read_model_description(deploy.model_folder(ModelId(*model)));
  if (!description) return description.error();
  const auto made_for = description->input.sensor;
  const auto sensor = profile_in(root, "devices/sensors", made_for.empty() ? "camera" : made_for);
  if (!sensor) return sensor.error();
  const auto actuator = profile_in(root, "devices/actuators", "display");
  if (!actuator) return actuator.error();
  schemas::AppRequest app;
  app.app = AppId(name);
  app.model = ModelId(*model);
  app.sensing.needs = *sensor;
  app.interaction.needs = *actuator;
  return text_of(app);
}

Result<std::string> new_body(const std::string& name, const fs::path& root) {
  const auto profile = profile_in(root, "devices", "max78000");
  const auto link = profile_in(root, "links", "ble-2m");
  const auto sensor = profile_in(root, "devices/sensors", "camera");
  const auto actuator = profile_in(root, "devices/actuators", "display");
  for (const auto* named : {&profile, &link, &sensor, &actuator})
    if (!*named) return named->error();
  schemas::SensorSource noise, feed;
  noise.generator = 0;
  feed.feed = true;
  schemas::Sensor eyes;
  eyes.capability = *sensor;
  eyes.sources = {noise, feed};
  schemas::Body body;
  body.name = name;
  body.link = *link;
  body.devices = {{DeviceId("glasses"), *profile, {eyes}, {*actuator}},
                  {DeviceId("watch"), *profile, {}, {*actuator}}};
  return text_of(body);
}

Result<std::string> new_device(const std::string& name, const fs::path& root) {
  const auto like = profile_in(root, "devices", "max78000");
  if (!like) return like.error();
  auto profile = DeployFolder(root).device_profile(*like);
  if (!profile) return profile.error();
  profile->name = name;
  assume_figures(*profile, *like);
  return text_of(*profile);
}

Result<std::string> new_link(const std::string& name, const fs::path& root) {
  const auto like = profile_in(root, "links", "ble-2m");
  if (!like) return like.error();
  auto profile = DeployFolder(root).link(*like);
  if (!profile) return profile.error();
  profile->name = name;
  assume_figures(*profile, *like);
  return text_of(*profile);
}

struct Maker {
  FileKind kind;
  const char* folder;
  const char* head;
  Result<std::string> (*make)(const std::string& name, const fs::path& deploy);
};

constexpr Maker kMakers[] = {
    {FileKind::kApp, "apps",
     "An app. Request it with `synergy submit FILE`; try it without a mesh: `synergy solve --body BODY --app "
     "FILE`.",
     new_app},
    {FileKind::kBody, "bodies",
     "A body. Start a mesh of it with `deploy/mesh up --body FILE`; plan on it with `synergy solve --body "
     "FILE --app APP`.",
     new_body},
    {FileKind::kDevice, "devices",
     "A device profile, for `profile: NAME` in a body. Its figures are those of another one: put yours in "
     "their place, with mark (where each comes from) and source.",
     new_device},
    {FileKind::kLink, "links",
     "A link profile, for `link: NAME` in a body or `--link NAME`. Its figures are those of another one: put "
     "yours in their place, with mark (where each comes from) and source.",
     new_link},
};

const Maker* maker_of(FileKind kind) {
  const auto* const found =
      std::find_if(std::begin(kMakers), std::end(kMakers), [&](const Maker& m) { return m.kind == kind; });
  return found == std::end(kMakers) ? nullptr : found;
}

/// For editors: the schema as seen from the file's folder; nothing where deploy has none.
std::string modeline(FileKind kind, const fs::path& deploy, const fs::path& folder) {
  std::error_code failure;
  const auto schema = fs::absolute(deploy / "schemas" / schema_file_name(kind), failure).lexically_normal();
  const auto from = fs::absolute(folder.empty() ? "." : folder, failure).lexically_normal();
  if (failure || !fs::exists(schema, failure)) return {};
  return "# yaml-language-server: $schema=" + schema.lexically_relative(from).string() + "\n";
}

}  // namespace

bool can_be_new(FileKind kind) { return maker_of(kind) != nullptr; }

fs::path usual_place(FileKind kind, const fs::path& deploy, const std::string& name) {
  return deploy / maker_of(kind)->folder / (name + ".yaml");
}

Result<std::string> new_file(FileKind kind, const std::string& name, const fs::path& deploy,
                             const fs::path& folder) {
  if (!is_plain_name(name))
    return Error{ErrorCode::kInvalid, "'" + name + "' can not be a name: " + std::string(kPlainNameRule)};
  const auto& maker = *maker_of(kind);
  auto made = maker.make(name, deploy);
  if (!made) return made.error();
  return modeline(kind, deploy, folder) + comment(maker.head) +
         comment("A line `#key: value` says what holds without it: take the # away to change it.") + "\n" +
         *made;
}

Status write_new(const fs::path& file, const std::string& text) {
  std::error_code failure;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), failure);
  auto* const out = std::fopen(file.c_str(), "wx");
  if (out == nullptr && errno == EEXIST)
    return Error{ErrorCode::kConflict,
                 file.string() + " is there already, and stays as it is; choose another name, or --out FILE"};
  if (out == nullptr)
    return Error{ErrorCode::kEnvironment,
                 file.string() + ": " + std::strerror(errno) + "; choose another place with --out FILE"};
  const bool written = std::fwrite(text.data(), 1, text.size(), out) == text.size();
  if (std::fclose(out) != 0 || !written) {
    fs::remove(file, failure);
    return Error{ErrorCode::kEnvironment, file.string() + ": can not be written"};
  }
  return {};
}

}  // namespace synergy::files
