#include "import_arguments.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace synergy::cli {
namespace {

enum class Kind { kNetwork, kCheckpoint, kSample, kUnknown };

struct Expected {
  Kind kind;
  std::string_view option, what;
};
constexpr std::array<Expected, 3> kExpected{{{Kind::kNetwork, "--network", "a network description (YAML)"},
                                             {Kind::kCheckpoint, "--checkpoint", "a PyTorch checkpoint"},
                                             {Kind::kSample, "--sample", "a NumPy array"}}};

/// By the first bytes: a zip archive (PyTorch), a pickle of protocol 2 to 5 (PyTorch before 1.6), an array of
/// NumPy, or text.
Kind kind_of(const std::string& path) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure)) return Kind::kUnknown;  // a pipe would be waited for
  std::array<char, 256> bytes{};
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), std::streamsize(bytes.size()));
  const std::string_view begin(bytes.data(), std::size_t(std::max<std::streamsize>(file.gcount(), 0)));
  if (begin.empty()) return Kind::kUnknown;
  if (begin.starts_with("PK\x03\x04")) return Kind::kCheckpoint;
  if (begin.size() > 1 && begin[0] == '\x80' && begin[1] >= 2 && begin[1] <= 5) return Kind::kCheckpoint;
  if (begin.starts_with("\x93NUMPY")) return Kind::kSample;
  const bool text = std::all_of(begin.begin(), begin.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
  return text ? Kind::kNetwork : Kind::kUnknown;
}

}  // namespace

Status check_import_files(const ImportFiles& files) {
  const std::array<const std::string*, 3> given{&files.network, &files.checkpoint, &files.sample};
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i]->empty()) continue;
    const auto kind = kind_of(*given[i]);
    if (kind == Kind::kUnknown || kind == kExpected[i].kind) continue;
    const auto found = std::find_if(kExpected.begin(), kExpected.end(),
                                    [&](const Expected& expected) { return expected.kind == kind; });
    return Error{ErrorCode::kInvalid, *given[i] + ": is " + std::string(found->what) + " and belongs to " +
                                          std::string(found->option) + "; " +
                                          std::string(kExpected[i].option) + " takes " +
                                          std::string(kExpected[i].what)};
  }
  return {};
}

}  // namespace synergy::cli
