// Reads YAML files that people write into described structs. Strict: an unknown key is an error that names
// the file, line, column and the likely key, because in a file it is a typing mistake.
#pragma once

#include <filesystem>
#include <string>

#include "synergy/schemas/decode.hpp"

namespace synergy::documents {

/// A larger file is refused before it is read.
inline constexpr std::size_t kMaxYamlBytes = 4u << 20;

/// Values of a file: keys, scalars, lists and maps. A file with more is refused before a tree is made of it.
inline constexpr std::size_t kMaxYamlValues = 500'000;
/// Aliases may add so many values to those that a file writes out; a file that unfolds further is refused.
inline constexpr std::size_t kMaxUnfoldedNodes = 100'000;

/// How integers are written.
enum class YamlNumbers {
  kCore,    ///< YAML 1.2's core schema: decimal, 0x1f, 0o17
  kYaml11,  ///< YAML 1.1, as Python reads it: also 0b101, 017 for octal, 1_000
};

/// Lines of one error that are told, where nobody asks for more.
inline constexpr std::size_t kMostErrorLines = 20;

/// Reads `path` and hands its root to `read`. Anchors, aliases and merge keys (`<<`) are resolved. Fails with
/// kNotFound (no such file), kInvalid (not YAML, more than one document, aliases that unfold too far, nested
/// too deep).
Status with_yaml_file(const std::filesystem::path& path, const std::function<Status(schemas::Node)>& read,
                      YamlNumbers numbers = YamlNumbers::kCore, std::size_t most_lines = kMostErrorLines);
/// The same for text; `name` stands for the file in errors.
Status with_yaml_text(const std::string& text, const std::string& name,
                      const std::function<Status(schemas::Node)>& read,
                      YamlNumbers numbers = YamlNumbers::kCore, std::size_t most_lines = kMostErrorLines);

template <schemas::Described T>
[[nodiscard]] Result<T> read_yaml(const std::filesystem::path& path) {
  T value{};
  auto status = with_yaml_file(path, [&](schemas::Node root) { return schemas::decode(root, value); });
  if (!status) return status.error();
  return value;
}
template <schemas::Described T>
[[nodiscard]] Result<T> read_yaml_text(const std::string& text, const std::string& name) {
  T value{};
  auto status = with_yaml_text(text, name, [&](schemas::Node root) { return schemas::decode(root, value); });
  if (!status) return status.error();
  return value;
}

}  // namespace synergy::documents
