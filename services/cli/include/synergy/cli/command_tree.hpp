// The commands of a program and what each takes, as plain data: shell completion (completion.hpp) and manual
// pages (man_page.hpp) are made from it. It is read from the parser (Command::tree), or from the usage text
// of deploy/mesh (usage_text.hpp), so it says what `--help` says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace synergy::cli {

/// What the value of an option or argument names: where completion finds candidates for it.
enum class ValueKind {
  kText,  ///< nothing that could be listed: a number, a time, a new name
  kFile,  ///< a file or a folder of them
  kFolder,
  kBody,  ///< a body file; those of deploy/bodies are named
  kApp,   ///< of the running mesh, as the next ones
  kDevice,
  kProcess,
  kTopic,
  kModel,       ///< of the running mesh and of deploy/models; or its folder
  kMessage,     ///< of the catalogue
  kLink,        ///< of deploy/links, or a file
  kProfile,     ///< of deploy/devices
  kDeviceFile,  ///< of deploy/devices, or a file
  kHarvest,     ///< of deploy/harvest, or a file
  kPolicy,
  kObjective,
  kResidency,
  kCommand,  ///< of the program itself
};

struct OptionInfo {
  std::vector<std::string> names;  ///< `-o`, `--output`; of an argument none
  std::string placeholder;         ///< `FILE`; empty: a flag, which takes no value
  ValueKind kind = ValueKind::kText;
  std::vector<std::string> choices;  ///< the only values; empty: any
  std::string about, default_text, variable;
  bool required = false;
  bool many = false;   ///< several values, one after the other
  bool again = false;  ///< may be given several times

  [[nodiscard]] bool is_flag() const { return placeholder.empty(); }
  /// The name that says most: the longest.
  [[nodiscard]] std::string name() const;
};

struct CommandInfo {
  std::string name, about;
  std::string heading;   ///< of its group's help
  std::string help_end;  ///< what `--help` says last: examples
  std::vector<OptionInfo> options, arguments;
  std::vector<CommandInfo> commands;

  [[nodiscard]] const CommandInfo* find(std::string_view command) const;
  [[nodiscard]] const OptionInfo* find_option(std::string_view option) const;
};

/// What the value of that option of that command is, and what `--help` calls it: one name means one thing in
/// all commands, but for those that the table lists by command. Nothing: it is not listed, or a number.
struct NamedValue {
  std::string_view placeholder;
  ValueKind kind;
};
[[nodiscard]] std::optional<NamedValue> value_of_option(std::string_view command, std::string_view option);

}  // namespace synergy::cli
