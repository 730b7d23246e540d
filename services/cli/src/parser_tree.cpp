#include "parser_tree.hpp"

#include <algorithm>

namespace synergy::cli {
namespace {

/// The parser writes the only values that an option may have into the name of its type: `TEXT:{on,off}`.
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> choices;
  const auto begin = type.find('{');
  const auto end = type.find('}', begin);
  if (begin == std::string::npos || end == std::string::npos) return choices;
  for (auto at = begin + 1; at < end;) {
    const auto comma = std::min(type.find(',', at), end);
    choices.push_back(type.substr(at, comma - at));
    at = comma + 1;
  }
  return choices;
}

void add_options(const CLI::App& app, const std::string& command, CommandInfo& info) {
  for (const auto* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    (option->nonpositional() ? info.options : info.arguments).push_back(info_of(*option, command));
  }
}

}  // namespace

std::string longest_name(const CLI::Option& option) {
  if (!option.nonpositional()) return option.get_name(/*positional=*/true);
  return option.get_lnames().empty() ? "-" + option.get_snames().front() : "--" + option.get_lnames().front();
}

OptionInfo info_of(const CLI::Option& option, const std::string& command) {
  OptionInfo info;
  for (const auto& name : option.get_snames()) info.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) info.names.push_back("--" + name);
  info.about = option.get_description();
  info.default_text = option.get_default_str();
  info.variable = option.get_envname();
  info.required = option.get_required();
  info.again = option.get_items_expected_max() > 1;
  info.many = info.again && option.get_allow_extra_args();
  if (option.get_items_expected_max() == 0) return info;  // a flag
  const auto type = option.get_type_name();
  info.choices = choices_in(type);
  info.placeholder = option.nonpositional() ? type.substr(0, type.find(':')) : longest_name(option);
  if (const auto named = value_of_option(command, longest_name(option))) info.kind = named->kind;
  return info;
}

CommandInfo info_of(CLI::App& app) {
  CommandInfo info;
  info.name = app.get_name();
  info.about = app.get_description();
  info.heading = app.get_group();
  info.help_end = app.get_footer();
  add_options(app, info.name, info);
  for (auto* below : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (below->get_name().empty())  // a group of options
      add_options(*below, info.name, info);
    else
      info.commands.push_back(info_of(*below));
  }
  return info;
}

}  // namespace synergy::cli
