// What the commands about models share: MODEL and device as people name them.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "synergy/accel/model_files.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::cli {

/// Adds `--device MAX78000|MAX78002`.
void add_device_option(Command& command, std::string& device);

/// Loads a folder with a `model.yaml`, or the model of that name below the deploy folder. Fails with
/// kNotFound, naming those that exist.
[[nodiscard]] Result<accel::LoadedModel> load_model_argument(const std::filesystem::path& deploy,
                                                             const std::string& model);

/// The kind that `--device` names, or, when it is empty, the first one that each of the programs fits alone.
[[nodiscard]] schemas::AcceleratorKind kind_for(const std::string& device,
                                                std::span<const accel_model::Program> programs);

/// Why the program alone does not run on that kind; nothing if it does.
[[nodiscard]] Status fits(const accel_model::Program& program, schemas::AcceleratorKind kind);

/// The deploy folder's profile of that kind, for times and energies.
[[nodiscard]] Result<schemas::DeviceProfile> profile_of(const std::filesystem::path& deploy,
                                                        schemas::AcceleratorKind kind);

/// `0-9`: first and last layer.
[[nodiscard]] std::string layer_range(const accel_model::Program& chunk);

}  // namespace synergy::cli
