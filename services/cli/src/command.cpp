#include "synergy/cli/command.hpp"

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <iomanip>
#include <sstream>

namespace synergy::cli {

namespace {

/// All digits of a limit: 1000000, not 1e+06.
std::string in_digits(double number) {
  std::ostringstream text;
  if (number == std::floor(number)) text << std::fixed << std::setprecision(0);
  text << number;
  return text.str();
}

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
    : root_(std::make_unique<CLI::App>(about, name)), app_(root_.get()) {
  app_->require_subcommand(1);
  app_->fallthrough();
}

Command::Command(CLI::App& app) : app_(&app) { app_->fallthrough(); }

Command::~Command() = default;

Command* Command::add_command(const std::string& name, const std::string& about,
                              const std::function<void()>& run) {
  auto* app = app_->add_subcommand(name, about);
  app->callback(run);
  return commands_.emplace_back(new Command(*app)).get();
}

Command* Command::add_group(const std::string& name, const std::string& about) {
  auto* app = app_->add_subcommand(name, about);
  app->require_subcommand(1);
  return commands_.emplace_back(new Command(*app)).get();
}

Option* Command::keep(CLI::Option* option) { return &options_.emplace_back(*option); }

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

std::string Command::help() const { return app_->help(); }

std::vector<std::string> Command::names_of_commands() const {
  std::vector<std::string> names;
  for (const auto& command : commands_) names.push_back(command->app_->get_name());
  return names;
}

Command::Parsed Command::parse(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
    return Parsed::kRan;
  } catch (const CLI::ParseError& error) {  // CLI11 reports by exception that help was asked for, too
    return app_->exit(error) == 0 ? Parsed::kShown : Parsed::kRefused;
  }
}

}  // namespace synergy::cli
