// The files below `deploy/`, by name: bodies with every profile they name, apps, models.
//
// Errors name the file and, for a name that does not exist, the ones that do.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/documents/model_folder.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/harvest.hpp"

namespace synergy::documents {

/// The folder that a body file stands in the `bodies/` of, where that has `devices/`; else nothing: a body
/// file may stand anywhere, and is then read with the deploy folder that its user names.
[[nodiscard]] std::optional<std::filesystem::path> deploy_folder_of(const std::filesystem::path& body);

/// Whether a link is given by its file: a path, or a name that ends in `.yaml`.
[[nodiscard]] bool is_link_file(const std::string& name);

/// Whether a device profile, or a harvest recording, is given by its file: a path, or a name that ends in
/// `.yaml`, or in `.csv`.
[[nodiscard]] bool is_device_file(const std::string& name);
[[nodiscard]] bool is_harvest_file(const std::string& name);

/// The folder that holds `devices/`, `links/`, `bodies/`, `models/`, `apps/`, `harvest/`.
class DeployFolder {
 public:
  explicit DeployFolder(std::filesystem::path root) : root_(std::move(root)) {}

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  /// Reads a body file, every profile it names, and its frames: the shapes of files, every picture and sound
  /// of folders (Sensor::sources is told then). Fails when ids repeat, or a profile, sensor, actuator, link
  /// or frames file it names does not exist or can not serve, or a profile is of a device that a mesh can not
  /// use (schemas::check_mesh_can_use).
  [[nodiscard]] Result<schemas::BodyView> body(const std::filesystem::path& file) const;

  /// A link profile by its name in `links/`, or by its file (`is_link_file`). Fails when there is none.
  [[nodiscard]] Result<schemas::LinkProfile> link(const std::string& name_or_file) const;

  /// A device profile by its name in `devices/`. Fails as link() does.
  [[nodiscard]] Result<schemas::DeviceProfile> device_profile(const std::string& name) const;
  /// The same by its name, or by its file (`is_device_file`).
  [[nodiscard]] Result<schemas::DeviceProfile> device_profile_at(const std::string& name_or_file) const;

  /// A harvest recording by its name in `harvest/`, or by its file (`is_harvest_file`): the `trace` of a
  /// profile that was read here will do, since a file is then named as seen from where the program runs.
  /// Fails with kNotFound, naming those there are, and as read_harvest().
  [[nodiscard]] Result<schemas::HarvestRecording> harvest(const std::string& name_or_file) const;
  [[nodiscard]] std::vector<std::string> harvest_names() const;

  /// The model of that name. Fails with kNotFound, naming those there are; as read_model_folder(); and with
  /// kInvalid for one that is not named as its folder, or whose sensor `devices/sensors/` does not have.
  [[nodiscard]] Result<ModelFolder> model(const ModelId& id) const;
  [[nodiscard]] std::filesystem::path model_folder(const ModelId& id) const;
  [[nodiscard]] std::vector<std::string> model_names() const;

 private:
  std::filesystem::path root_;
};

[[nodiscard]] Result<schemas::AppRequest> read_app(const std::filesystem::path& file);
/// App files; a folder stands for all it holds (.yaml), in order of name. Fails with kInvalid when none is
/// given.
[[nodiscard]] Result<std::vector<schemas::AppRequest>> read_apps(
    const std::vector<std::filesystem::path>& given);

}  // namespace synergy::documents
