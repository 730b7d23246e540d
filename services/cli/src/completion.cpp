#include "synergy/cli/completion.hpp"

#include <algorithm>
#include <set>

namespace synergy::cli {
namespace {

bool is_option(const std::string& word) { return word.size() > 1 && word.starts_with('-'); }

/// How far the line has come.
class Line {
 public:
  explicit Line(const CommandInfo& program) : chain_{&program} {}

  void take(const std::string& word) {
    if (value_of_ != nullptr) return take_value(word);
    if (!options_ended_ && word == "--") {
      options_ended_ = true;
      return;
    }
    if (!options_ended_ && is_option(word)) return take_option(word);
    if (may_go_on_ != nullptr) return;  // another value of a list
    if (const auto* next = arguments_.empty() ? command().find(word) : nullptr) {
      chain_.push_back(next);
      return;
    }
    // `synergy help plan` is `synergy plan --help`.
    if (chain_.size() == 1 && word == "help" && !help_) {
      help_ = true;
      return;
    }
    arguments_.push_back(word);
  }

  [[nodiscard]] const CommandInfo& command() const { return *chain_.back(); }
  [[nodiscard]] const CommandInfo& program() const { return *chain_.front(); }
  [[nodiscard]] const std::vector<std::string>& argument_words() const { return arguments_; }
  [[nodiscard]] bool is_help() const { return help_; }
  [[nodiscard]] bool is_root() const { return chain_.size() == 1; }
  [[nodiscard]] bool options_ended() const { return options_ended_; }
  /// The option whose value comes next; nullptr: none does.
  [[nodiscard]] const OptionInfo* value_of() const { return value_of_; }
  /// The option of which another value may come next.
  [[nodiscard]] const OptionInfo* may_go_on() const { return may_go_on_; }
  [[nodiscard]] const GivenValues& given() const { return given_; }

  /// Options of the command come before those of its groups, which it takes, too.
  [[nodiscard]] const OptionInfo* find_option(const std::string& name) const {
    for (auto one = chain_.rbegin(); one != chain_.rend(); ++one)
      if (const auto* option = (*one)->find_option(name)) return option;
    return nullptr;
  }

  [[nodiscard]] std::vector<const OptionInfo*> options_left() const {
    std::vector<const OptionInfo*> left;
    std::set<std::string> names;
    for (auto one = chain_.rbegin(); one != chain_.rend(); ++one)
      for (const auto& option : (*one)->options)
        if (names.insert(option.name()).second && (option.again || !used_.contains(&option)) &&
            (is_root() || option.name() != "--version"))  // a command has none of its own
          left.push_back(&option);
    return left;
  }

  /// The argument that comes next; nullptr: there is no more.
  [[nodiscard]] const OptionInfo* argument() const {
    const auto& all = command().arguments;
    if (arguments_.size() < all.size()) return &all[arguments_.size()];
    return !all.empty() && all.back().many ? &all.back() : nullptr;
  }

 private:
  void take_option(const std::string& word) {
    may_go_on_ = nullptr;
    const auto equals = word.find('=');
    const auto* option = find_option(word.substr(0, equals));
    if (option == nullptr) return;
    used_.insert(option);
    if (option->is_flag()) return;
    if (equals == std::string::npos)
      value_of_ = option;
    else
      given_[option->name()] = word.substr(equals + 1);
  }

  void take_value(const std::string& word) {
    given_[value_of_->name()] = word;
    may_go_on_ = value_of_->many ? value_of_ : nullptr;
    value_of_ = nullptr;
  }

  std::vector<const CommandInfo*> chain_;  ///< the program, its group, its command
  const OptionInfo* value_of_ = nullptr;
  const OptionInfo* may_go_on_ = nullptr;
  std::set<const OptionInfo*> used_;
  GivenValues given_;
  std::vector<std::string> arguments_;
  bool options_ended_ = false, help_ = false;
};

class Candidates {
 public:
  Candidates(std::string begin, const Line& line, const NamesOf& names)
      : begin_(std::move(begin)), line_(line), names_(names) {}

  void add(const std::string& text, const std::string& about = {}) {
    if (!text.starts_with(begin_) || !known_.insert(text).second) return;
    completion_.candidates.push_back({text, about});
  }

  void add_commands() {
    for (const auto& command : line_.command().commands) add(command.name, command.about);
    if (line_.is_root() && !line_.is_help() && !line_.command().commands.empty())
      add("help", "Say what a command does");
  }

  void add_options() {
    for (const auto* option : line_.options_left())
      for (const auto& name : option->names)
        // Short names only where one is being typed: each has a long one.
        if (name.starts_with("--") || begin_.starts_with('-')) add(name, option->about);
  }

  /// `before`: of `--option=VALUE`, which is completed as one word.
  void add_values(const OptionInfo& option, const std::string& before = {}) {
    for (const auto& choice : option.choices) add(before + choice);
    if (!option.choices.empty() || option.kind == ValueKind::kText) return;
    if (option.kind == ValueKind::kCommand) return add_commands_after(line_.argument_words());
    for (const auto& name : names_(option.kind, line_.given())) add(before + name);
    if (option.kind == ValueKind::kFolder) completion_.files = Completion::Files::kFolders;
    if (option.kind == ValueKind::kFile || option.kind == ValueKind::kBody ||
        option.kind == ValueKind::kModel || option.kind == ValueKind::kLink ||
        option.kind == ValueKind::kHarvest || option.kind == ValueKind::kDeviceFile)
      completion_.files = Completion::Files::kFiles;
  }

  /// Of `man topic ec`: the commands below those that are named.
  void add_commands_after(const std::vector<std::string>& words) {
    const auto* at = &line_.program();
    for (const auto& word : words)
      if (at != nullptr) at = at->find(word);
    if (at == nullptr) return;
    for (const auto& command : at->commands) add(command.name, command.about);
  }

  [[nodiscard]] Completion take() { return std::move(completion_); }

 private:
  std::string begin_;
  const Line& line_;
  const NamesOf& names_;
  Completion completion_;
  std::set<std::string> known_;
};

}  // namespace

Completion complete(const CommandInfo& program, const std::vector<std::string>& words, const NamesOf& names) {
  const auto last = words.empty() ? std::string() : words.back();
  Line line(program);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) line.take(words[i]);
  Candidates candidates(last, line, names);
  const auto equals = last.find('=');
  if (line.value_of() != nullptr) {
    candidates.add_values(*line.value_of());
  } else if (!line.options_ended() && last.starts_with('-')) {
    const auto* option = equals == std::string::npos ? nullptr : line.find_option(last.substr(0, equals));
    if (equals == std::string::npos)
      candidates.add_options();
    else if (option != nullptr && !option->is_flag())
      candidates.add_values(*option, last.substr(0, equals + 1));
  } else {
    if (line.may_go_on() != nullptr) candidates.add_values(*line.may_go_on());
    if (line.argument_words().empty()) candidates.add_commands();
    const auto* argument = line.argument();
    if (argument != nullptr) candidates.add_values(*argument);
    if (argument == nullptr && line.command().commands.empty() && last.empty()) candidates.add_options();
  }
  return candidates.take();
}

std::string completion_lines(const Completion& completion) {
  std::string text;
  for (const auto& candidate : completion.candidates)
    text += candidate.text + (candidate.about.empty() ? "" : "\t" + candidate.about) + "\n";
  switch (completion.files) {
    case Completion::Files::kFiles:
      return text + ":files\n";
    case Completion::Files::kFolders:
      return text + ":folders\n";
    case Completion::Files::kNone:
      break;
  }
  return text + ":none\n";
}

}  // namespace synergy::cli
