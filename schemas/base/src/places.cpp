#include "synergy/base/places.hpp"

namespace synergy {
namespace {

namespace fs = std::filesystem;

/// From the folder of the programs to that of their data, as they are installed (CMake: GNUInstallDirs).
constexpr const char* kDataFromPrograms = SYNERGY_DATA_FROM_PROGRAMS;

}  // namespace

Places Places::around(const fs::path& program) {
  const auto programs = program.parent_path();
  const auto data = (programs / kDataFromPrograms).lexically_normal();
  std::error_code failure;
  if (fs::is_directory(data / "devices", failure)) return {{}, data, data / "dashboard", "synergy-mesh"};
  const auto preset = programs.parent_path();
  const auto checkout = preset.parent_path().parent_path();
  return {checkout, checkout / "deploy", preset / "share" / "dashboard", "deploy/mesh"};
}

Places Places::here() {
  std::error_code failure;
  const auto self = fs::read_symlink("/proc/self/exe", failure);
  return failure ? Places{{}, {}, {}, "deploy/mesh"} : around(self);
}

}  // namespace synergy
