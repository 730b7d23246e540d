// A command line made of commands and their options. The wording of `--help` and of errors is CLI11's, whose
// templates take seconds to compile: only command.cpp includes them.
//
//   Command program("what it is for", "synergy");
//   auto* stop = program.add_command("stop", "Stop an app", [&] { ... });
//   stop->add_option("APP", app, "its name")->required();
//   const auto code = program.parse(argc, argv);  // runs what was chosen; help and errors are printed
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "synergy/cli/command_tree.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace synergy::cli {

/// One option or positional argument. Belongs to its command; each function returns the option itself.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(&option) {}
  Option* required();
  /// `--help` shows the value that it has at this moment.
  Option* show_default();
  Option* one_of(const std::vector<std::string>& values);
  /// Each value is a number from `least` to `most`; what is no number ("nan") is refused, too.
  Option* between(double least, double most);
  /// `check` returns what is wrong with a value; an empty text: nothing.
  Option* check(const std::function<std::string(const std::string&)>& check);
  Option* excludes(const Option* other);
  Option* needs(const Option* other);
  /// Of a list: several values may stand in one argument, with this between them.
  Option* delimiter(char between);
  /// Of a list: one value each time that the option is given.
  Option* one_value_each_time();
  /// That environment variable stands in when the option is not given.
  Option* from_environment(const std::string& variable);

 private:
  friend class Command;
  CLI::Option* option_;
};

/// A command with its options, or a group of commands. A value that an option writes to must outlive parse().
/// The root owns all below it.
class Command {
 public:
  Command(const std::string& about, const std::string& name);
  ~Command();
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  /// A command of this group, or below this command; options that it does not know are looked for above it.
  /// `run` is called after all options are read, unless a command below it was chosen.
  Command* add_command(const std::string& name, const std::string& about, const std::function<void()>& run);
  /// A group, of which one command must be chosen.
  Command* add_group(const std::string& name, const std::string& about);

  /// An option with a value, `--name` or `-n,--name`; without dashes a positional argument. For text, paths,
  /// numbers, optionals of them, and lists of text and of numbers (the types in command.cpp).
  template <class T>
  Option* add_option(const std::string& name, T& value, const std::string& about);
  /// One without a value; with `!` before its name it makes the value false.
  Option* add_flag(const std::string& name, bool& value, const std::string& about);

  /// Exactly one of these options of the command must be given. `--help` lists them under `title`.
  void require_one_of(const std::vector<Option*>& options, const std::string& title);

  /// The command or group that was added last directly below; there must be one.
  [[nodiscard]] Command& last() { return *commands_.back(); }
  /// The one that was added as number `index`, counted from 0; there must be one.
  [[nodiscard]] Command& below(std::size_t index) { return *commands_.at(index); }
  /// `--help` of the group above lists it under this heading.
  void set_heading(const std::string& heading);
  void set_version(const std::string& version);
  /// What `--help` of this command says last; not of those below.
  void set_help_end(const std::string& text);
  [[nodiscard]] std::string help() const;
  /// This command and all below, as `--help` tells of them.
  [[nodiscard]] CommandInfo tree() const;
  /// Of the commands and groups directly below.
  [[nodiscard]] std::vector<std::string> names_of_commands() const;
  /// Which of these words, which follow the program's name, is the command; their number: none of them.
  [[nodiscard]] std::size_t place_of_command(const std::vector<std::string>& words) const;
  /// The first word that is to be a command or an option and is none, with the known names that are like it;
  /// empty: all are known. Only of the root.
  [[nodiscard]] std::string unknown_word(const std::vector<std::string>& words) const;

  enum class Parsed {
    kRan,     ///< the chosen command was called
    kShown,   ///< help or version were asked for and printed
    kRefused  ///< what was wrong is printed
  };
  [[nodiscard]] Parsed parse(int argc, const char* const* argv);
  /// What parse() would refuse of these words, which follow the program's name; empty: nothing. No command is
  /// called. Only of the root.
  [[nodiscard]] std::string problem_with(std::vector<std::string> words);

 private:
  Command(CLI::App& app, std::shared_ptr<bool> only_checks);
  Option* keep(CLI::Option* option);

  std::unique_ptr<CLI::App> root_;  ///< nullptr below the root
  CLI::App* app_;
  std::shared_ptr<bool> only_checks_;  ///< the root's and all below: no command is called
  std::deque<Option> options_;
  std::vector<std::unique_ptr<Command>> commands_;
};

}  // namespace synergy::cli
