#include "synergy/cli/usage_text.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace synergy::cli {
namespace {

constexpr std::size_t kCommandIndent = 2;
constexpr std::string_view kMany = "...";

/// A line in its parts: how far it is indented, and its two columns, which two spaces part.
struct Columns {
  std::size_t indent = 0;
  std::string left, right;
};

Columns columns_of(const std::string& line) {
  Columns columns;
  columns.indent = std::min(line.find_first_not_of(' '), line.size());
  const auto text = line.substr(columns.indent);
  const auto gap = text.find("  ");
  columns.left = text.substr(0, gap);
  if (gap != std::string::npos) columns.right = text.substr(text.find_first_not_of(' ', gap));
  return columns;
}

/// Words, of which one in brackets may have spaces; the brackets and dots are left out, `optional` and `many`
/// say so.
struct Word {
  std::string text;
  bool optional = false, many = false;
};

std::vector<Word> words_of(const std::string& text) {
  std::vector<Word> words;
  for (std::size_t at = text.find_first_not_of(' '); at < text.size(); at = text.find_first_not_of(' ', at)) {
    const bool optional = text[at] == '[';
    const auto end = std::min(text.find(optional ? ']' : ' ', at), text.size());
    words.push_back({text.substr(at + (optional ? 1 : 0), end - at - (optional ? 1 : 0)), optional});
    at = std::min(optional ? end + 1 : end, text.size());
    if (text.compare(at, kMany.size(), kMany) == 0) {
      words.back().many = true;
      at += kMany.size();
    }
  }
  return words;
}

ValueKind kind_of(const std::string& command, const std::string& option, const std::string& placeholder) {
  for (const auto& name : {option, placeholder})
    if (const auto named = value_of_option(command, name); named && !name.empty()) return named->kind;
  return ValueKind::kText;
}

/// `--option VALUE` or `-f`, or an argument `NAME`.
OptionInfo option_of(const std::string& command, const std::string& text) {
  OptionInfo option;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word.ends_with(',')) word.pop_back();
    if (word.starts_with('-'))
      option.names.push_back(word);
    else
      option.placeholder = word;
  }
  option.kind =
      kind_of(command, option.names.empty() ? std::string() : option.names.back(), option.placeholder);
  return option;
}

/// `CTEST ARGS   what CTest takes`: an argument that has a line of its own.
bool is_argument(const Columns& columns) {
  return columns.indent > kCommandIndent && !columns.right.empty() && !columns.left.empty() &&
         std::all_of(columns.left.begin(), columns.left.end(),
                     [](char c) { return c == ' ' || std::isupper(static_cast<unsigned char>(c)) != 0; });
}

bool is_command(const Columns& columns) {
  return columns.indent == kCommandIndent && !columns.left.empty() &&
         std::islower(static_cast<unsigned char>(columns.left.front())) != 0;
}

CommandInfo command_of(const Columns& columns) {
  const auto words = words_of(columns.left);
  CommandInfo command;
  command.name = words.front().text;
  command.about = columns.right;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].text == "OPTIONS") continue;  // they are listed below
    auto option = option_of(command.name, words[i].text);
    option.required = !words[i].optional && option.names.empty();
    option.many = words[i].many;
    (option.names.empty() ? command.arguments : command.options).push_back(std::move(option));
  }
  return command;
}

}  // namespace

CommandInfo read_usage(const std::string& name, const std::string& about, std::string_view text) {
  CommandInfo program;
  program.name = name;
  program.about = about;
  auto& help = program.options.emplace_back();
  help.names = {"-h", "--help"};
  help.about = "say what there is, or what a command takes";
  std::istringstream lines{std::string(text)};
  std::string* last = nullptr;
  for (std::string line; std::getline(lines, line);) {
    const auto columns = columns_of(line);
    if (is_command(columns)) {
      last = &program.commands.emplace_back(command_of(columns)).about;
    } else if (columns.indent > kCommandIndent && columns.left.starts_with('-') &&
               !program.commands.empty()) {
      auto& command = program.commands.back();
      auto option = option_of(command.name, columns.left);
      option.about = columns.right;
      last = &command.options.emplace_back(std::move(option)).about;
    } else if (is_argument(columns) && !program.commands.empty()) {
      auto& argument = program.commands.back().arguments.emplace_back();
      argument.placeholder = columns.left;
      argument.many = true;
      argument.about = columns.right;
      last = &argument.about;
    } else if (columns.indent > kCommandIndent && last != nullptr) {
      *last += (last->empty() ? "" : " ") + line.substr(columns.indent);
    } else if (columns.indent == 0 && !program.commands.empty()) {
      program.help_end += line + "\n";
    }
  }
  return program;
}

}  // namespace synergy::cli
