#include "synergy/cli/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <iomanip>
#include <sstream>
#include <utility>

#include "parser_tree.hpp"
#include "synergy/base/places.hpp"
#include "synergy/base/text.hpp"

namespace synergy::cli {

namespace {

/// All digits of a limit: 1000000, not 1e+06.
std::string in_digits(double number) {
  std::ostringstream text;
  if (number == std::floor(number)) text << std::fixed << std::setprecision(0);
  text << number;
  return text.str();
}

/// The option of `app`, or of an app above it, that this word is: `--name`, `--name=value`, `-n`, `-nvalue`.
const CLI::Option* option_named(const CLI::App* app, const std::string& word) {
  const auto name = word.starts_with("--") ? word.substr(0, word.find('=')) : word.substr(0, 2);
  for (; app != nullptr; app = app->get_parent())
    if (const auto* option = app->get_option_no_throw(name)) return option;
  return nullptr;
}

/// Whether the value of this option is the word behind it.
bool takes_next_word(const CLI::Option& option, const std::string& word) {
  if (option.get_items_expected_min() == 0) return false;
  return word.starts_with("--") ? word.find('=') == std::string::npos : word.size() == 2;
}

const CLI::App* command_named(const CLI::App& app, const std::string& name) {
  for (const auto* below : app.get_subcommands([](const CLI::App*) { return true; }))
    if (below->get_name() == name) return below;
  return nullptr;
}

std::vector<std::string> names_below(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* below : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!below->get_name().empty()) names.push_back(below->get_name());
  return names;
}

/// `synergy body link`.
std::string whole_name(const CLI::App& app) {
  return (app.get_parent() != nullptr ? whole_name(*app.get_parent()) + " " : "") + app.get_name();
}

std::string unknown_option(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known;
  for (const auto* above = &app; above != nullptr; above = above->get_parent())
    for (const auto* option :
         above->get_options([](const CLI::Option* one) { return one->nonpositional(); })) {
      for (const auto& name : option->get_lnames()) known.push_back("--" + name);
      for (const auto& name : option->get_snames()) known.push_back("-" + name);
    }
  const auto name = word.starts_with("--") ? word.substr(0, word.find('=')) : word.substr(0, 2);
  return unknown_name("option", name, known) + " (" + whole_name(app) + " --help tells what each does)";
}

bool is_text(const CLI::Option& option) { return option.get_type_name().starts_with("TEXT"); }

/// Help with the paths and the script's name that a person types where this program stands.
class HelpOfThisPlace : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    return Places::here().as_typed(CLI::Formatter::make_help(app, std::move(name), mode));
  }
};

}  // namespace

Option* Option::required() {
  option_->required();
  return this;
}

Option* Option::show_default() {
  option_->capture_default_str();
  return this;
}

Option* Option::one_of(const std::vector<std::string>& values) {
  option_->check(CLI::IsMember(values));
  return this;
}

Option* Option::between(double least, double most) {
  return check([=](const std::string& text) -> std::string {
    double value = 0;
    if (CLI::detail::lexical_cast(text, value) && value >= least && value <= most) return {};
    return "'" + text + "' is no number from " + in_digits(least) + " to " + in_digits(most);
  });
}

Option* Option::check(const std::function<std::string(const std::string&)>& check) {
  option_->check(check);
  return this;
}

Option* Option::excludes(const Option* other) {
  option_->excludes(other->option_);
  return this;
}

Option* Option::needs(const Option* other) {
  option_->needs(other->option_);
  return this;
}

Option* Option::delimiter(char between) {
  option_->delimiter(between);
  return this;
}

Option* Option::one_value_each_time() {
  option_->allow_extra_args(false);
  return this;
}

Option* Option::from_environment(const std::string& variable) {
  option_->envname(variable);
  return this;
}

Command::Command(const std::string& about, const std::string& name)
    : root_(std::make_unique<CLI::App>(about, name)),
      app_(root_.get()),
      only_checks_(std::make_shared<bool>(false)) {
  app_->formatter(std::make_shared<HelpOfThisPlace>());  // commands below take it over
  app_->require_subcommand(1);
  app_->fallthrough();
}

Command::Command(CLI::App& app, std::shared_ptr<bool> only_checks)
    : app_(&app), only_checks_(std::move(only_checks)) {
  app_->fallthrough();
}

Command::~Command() = default;

Command* Command::add_command(const std::string& name, const std::string& about,
                              const std::function<void()>& run) {
  auto* app = app_->add_subcommand(name, about);
  app->callback([app, only_checks = only_checks_, run] {
    if (!*only_checks && app->get_subcommands().empty()) run();
  });
  return commands_.emplace_back(new Command(*app, only_checks_)).get();
}

Command* Command::add_group(const std::string& name, const std::string& about) {
  auto* app = app_->add_subcommand(name, about);
  app->require_subcommand(1);
  return commands_.emplace_back(new Command(*app, only_checks_)).get();
}

/// A text's name in `--help` says what it is the name of; a number's stays.
Option* Command::keep(CLI::Option* option) {
  const auto named = value_of_option(app_->get_name(), longest_name(*option));
  if (named && option->get_type_size() != 0 && option->nonpositional() && is_text(*option))
    option->type_name(std::string(named->placeholder));
  return &options_.emplace_back(*option);
}

template <class T>
Option* Command::add_option(const std::string& name, T& value, const std::string& about) {
  return keep(app_->add_option(name, value, about));
}
template Option* Command::add_option(const std::string&, std::string&, const std::string&);
template Option* Command::add_option(const std::string&, std::filesystem::path&, const std::string&);
template Option* Command::add_option(const std::string&, double&, const std::string&);
template Option* Command::add_option(const std::string&, std::int32_t&, const std::string&);
template Option* Command::add_option(const std::string&, std::uint32_t&, const std::string&);
template Option* Command::add_option(const std::string&, std::uint64_t&, const std::string&);
template Option* Command::add_option(const std::string&, std::optional<double>&, const std::string&);
template Option* Command::add_option(const std::string&, std::optional<std::uint32_t>&, const std::string&);
template Option* Command::add_option(const std::string&, std::optional<std::uint64_t>&, const std::string&);
template Option* Command::add_option(const std::string&, std::optional<std::string>&, const std::string&);
template Option* Command::add_option(const std::string&, std::vector<double>&, const std::string&);
template Option* Command::add_option(const std::string&, std::vector<std::string>&, const std::string&);
template Option* Command::add_option(const std::string&, std::vector<std::uint32_t>&, const std::string&);
template Option* Command::add_option(const std::string&, std::vector<std::uint64_t>&, const std::string&);

Option* Command::add_flag(const std::string& name, bool& value, const std::string& about) {
  return keep(app_->add_flag(name, value, about));
}

void Command::require_one_of(const std::vector<Option*>& options, const std::string& title) {
  auto* group = app_->add_option_group(title);
  for (const auto* option : options) group->add_option(option->option_);
  group->require_option(1);
}

void Command::set_heading(const std::string& heading) { app_->group(heading); }

void Command::set_version(const std::string& version) { app_->set_version_flag("--version", version); }

void Command::set_help_end(const std::string& text) { app_->footer(text); }

std::string Command::help() const { return app_->help(); }

CommandInfo Command::tree() const { return info_of(*app_); }

std::vector<std::string> Command::names_of_commands() const {
  std::vector<std::string> names;
  for (const auto& command : commands_) names.push_back(command->app_->get_name());
  return names;
}

std::size_t Command::place_of_command(const std::vector<std::string>& words) const {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with('-')) return i;
    const auto* option = option_named(app_, words[i]);
    if (option != nullptr && takes_next_word(*option, words[i])) ++i;
  }
  return words.size();
}

std::string Command::unknown_word(const std::vector<std::string>& words) const {
  const auto* at = app_;
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const auto& word = words[i];
    if (word.size() > 1 && word.starts_with('-')) {
      const auto* option = option_named(at, word);
      const bool is_number = std::isdigit(static_cast<unsigned char>(word[1])) != 0;
      if (option == nullptr && !is_number) return unknown_option(*at, word);
      if (option != nullptr && takes_next_word(*option, word)) ++i;
      continue;
    }
    if (const auto* below = command_named(*at, word)) {
      at = below;
      continue;
    }
    const auto known = names_below(*at);
    const bool takes_words =
        !at->get_options([](const CLI::Option* one) { return one->get_positional(); }).empty();
    if (known.empty() || takes_words) continue;
    return unknown_name("command", word, known) + " (" + whole_name(*at) + " --help tells what each does)";
  }
  return {};
}

Command::Parsed Command::parse(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
    return Parsed::kRan;
  } catch (const CLI::ParseError& error) {  // CLI11 reports by exception that help was asked for, too
    return app_->exit(error) == 0 ? Parsed::kShown : Parsed::kRefused;
  }
}

std::string Command::problem_with(std::vector<std::string> words) {
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  *only_checks_ = true;
  std::string problem;
  try {
    app_->parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    problem = error.what();
  }
  *only_checks_ = false;
  return problem;
}

}  // namespace synergy::cli
