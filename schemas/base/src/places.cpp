#include "synergy/base/places.hpp"

#include <cctype>
#include <string_view>

namespace synergy {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDeploy = "deploy/";
constexpr std::string_view kScript = "deploy/mesh";

bool is_of_a_path(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 ||
         std::string_view("/._-").find(letter) != std::string_view::npos;
}

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
  return {checkout, checkout / "deploy", preset / "share" / "dashboard", std::string(kScript)};
}

Places Places::here() {
  std::error_code failure;
  const auto self = fs::read_symlink("/proc/self/exe", failure);
  return failure ? Places{{}, {}, {}, std::string(kScript)} : around(self);
}

std::string Places::as_typed(std::string text) const {
  if (script == kScript) return text;
  for (std::size_t at = 0; (at = text.find(kDeploy, at)) != std::string::npos;) {
    const auto end_of_script = at + kScript.size();
    const bool is_script = text.compare(at, kScript.size(), kScript) == 0 &&
                           (end_of_script == text.size() || !is_of_a_path(text[end_of_script]));
    if (at > 0 && is_of_a_path(text[at - 1])) {
      at += kDeploy.size();
      continue;
    }
    const auto typed = is_script ? script : deploy.string() + "/";
    text.replace(at, is_script ? kScript.size() : kDeploy.size(), typed);
    at += typed.size();
  }
  return text;
}

}  // namespace synergy
