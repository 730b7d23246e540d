#include "synergy/cli/man_page.hpp"

#include <array>
#include <cctype>
#include <sstream>

#include "roff.hpp"
#include "synergy/base/check.hpp"
#include "synergy/base/text.hpp"

namespace synergy::cli {
namespace {

constexpr std::string_view kExamples = "Examples:\n";

/// What a program of the mesh ends with (exit_code.hpp), for people.
constexpr std::array<std::pair<const char*, const char*>, 8> kExitStatus{{
    {"0", "It did what was asked."},
    {"1", "What was asked could not be done; the message says why."},
    {"2", "Wrong options or arguments."},
    {"3", "A file or something named is missing or wrong."},
    {"4", "The machine refused: folder, socket, disk, output."},
    {"5", "The database is damaged or another program's."},
    {"6", "No mesh answers, or what is asked for is not there yet."},
    {"70", "A bug."},
}};
constexpr std::array<std::pair<const char*, const char*>, 3> kEnvironment{{
    {"SYNERGY_RUN_DIR", "The folder of the running mesh's sockets and locks."},
    {"SYNERGY_DEPLOY", "The folder with devices, links and models that commands name."},
    {"SYNERGY_STORE", "The database file of the mesh."},
}};

std::string upper(std::string text) {
  for (auto& c : text) c = char(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string joined(const std::string& program, const std::vector<std::string>& path, const char* between) {
  std::string text = program;
  for (const auto& word : path) text += between + word;
  return text;
}

/// Sets off the examples at the end of a help text from what stands before them.
std::pair<std::string, std::string> parted(const std::string& help_end) {
  const auto at = help_end.find(kExamples);
  if (at == std::string::npos) return {help_end, {}};
  return {help_end.substr(0, at), help_end.substr(at + kExamples.size())};
}

std::string sentence(std::string text) {
  if (!text.empty() && std::string_view(".:?!").find(text.back()) == std::string_view::npos) text += ".";
  return text;
}

std::string capital(std::string text) {
  if (!text.empty()) text.front() = char(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

/// Paths differ from machine to machine.
bool tells_default(const OptionInfo& option) {
  return !option.default_text.empty() && !option.is_flag() && option.kind != ValueKind::kFile &&
         option.kind != ValueKind::kFolder && option.kind != ValueKind::kBody;
}

class Page {
 public:
  Page(const CommandInfo& program, std::vector<std::string> path, const Manual& manual)
      : program_(program), path_(std::move(path)), manual_(manual), command_(&program) {
    for (const auto& word : path_) {
      command_ = command_->find(word);
      SYNERGY_CHECK(command_ != nullptr, "a page is made of a command that there is");
    }
  }

  ManPage make() {
    add(".TH " + roff::argument(upper(name())) + " \"1\" \"" + manual_.date + "\" " +
        roff::argument("Synergy Mesh " + manual_.version) + " \"Synergy Mesh\"");
    add(".SH NAME");
    text_ += roff::literal(name()) + " \\- " + roff::prose(command_->about) + "\n";
    add_synopsis();
    add_description();
    add_options("ARGUMENTS", command_->arguments);
    add_options("OPTIONS", command_->options);
    add_commands();
    add_examples();
    if (path_.empty() && manual_.program == "synergy") add_surroundings();
    add_see_also();
    return {name(), text_};
  }

 private:
  [[nodiscard]] std::string name() const { return joined(program_.name, path_, "-"); }
  void add(const std::string& line) { text_ += line + "\n"; }

  /// How a command is called.
  static std::string call_of(const std::string& words, const CommandInfo& command) {
    std::string line = roff::bold(words);
    if (!command.options.empty()) line += " [" + roff::italic("OPTIONS") + "]";
    for (const auto& argument : command.arguments) {
      const auto word = roff::italic(argument.placeholder) + (argument.many ? "..." : "");
      line += argument.required ? " " + word : " [" + word + "]";
    }
    if (!command.commands.empty()) line += " " + roff::italic("COMMAND") + " [" + roff::italic("...") + "]";
    return line;
  }

  void add_synopsis() {
    add(".SH SYNOPSIS");
    add(call_of(joined(manual_.program, path_, " "), *command_));
  }

  void add_description() {
    add(".SH DESCRIPTION");
    text_ += roff::paragraph(sentence(command_->about));
    std::istringstream lines(parted(command_->help_end).first);
    bool between = true;
    for (std::string line; std::getline(lines, line);) {
      const bool empty = line.find_first_not_of(' ') == std::string::npos;
      if (!empty && between) add(".PP");
      between = empty;
      if (!empty) text_ += roff::paragraph(line);
    }
  }

  void add_options(const char* heading, const std::vector<OptionInfo>& options) {
    if (options.empty()) return;
    add(std::string(".SH ") + heading);
    add_list_of(options);
  }

  void add_list_of(const std::vector<OptionInfo>& options) {
    for (const auto& option : options) {
      add(".TP");
      std::string head;
      for (const auto& one : option.names) head += (head.empty() ? "" : ", ") + roff::bold(one);
      if (!option.is_flag()) head += (head.empty() ? "" : " ") + roff::italic(option.placeholder);
      add(head + (option.many ? " ..." : ""));
      text_ += roff::paragraph(about_of(option));
    }
  }

  static std::string about_of(const OptionInfo& option) {
    auto text = capital(sentence(option.about));
    if (option.again) text += " It may be given several times.";
    if (!option.choices.empty()) text += " One of: " + list_of(option.choices) + ".";
    if (tells_default(option)) text += " Default: " + option.default_text + ".";
    if (!option.variable.empty()) text += " Without it " + option.variable + " of the environment counts.";
    if (option.required && !option.names.empty()) text += " It must be given.";
    return text;
  }

  void add_commands() {
    if (command_->commands.empty()) return;
    add(".SH COMMANDS");
    if (manual_.one_page) return add_whole_commands();
    std::string heading;
    for (const auto& command : command_->commands) {
      if (path_.empty() && command.heading != heading && !command.heading.empty()) {
        heading = command.heading;
        add(".SS " + roff::argument(heading));
      }
      add(".TP");
      add(".BR " + roff::literal(name() + "-" + command.name) + " (1)");
      text_ += roff::paragraph(sentence(command.about));
    }
  }

  void add_whole_commands() {
    for (const auto& command : command_->commands) {
      add(".SS \"" + call_of(manual_.program + " " + command.name, command) + "\"");
      text_ += roff::paragraph(capital(sentence(command.about)));
      add_list_of(command.options);
      for (const auto& argument : command.arguments)
        if (!argument.about.empty()) add_list_of({argument});
    }
  }

  void add_examples() {
    const auto examples = parted(command_->help_end).second;
    if (examples.empty()) return;
    add(".SH EXAMPLES");
    add(".nf");
    std::istringstream lines(examples);
    for (std::string line; std::getline(lines, line);)
      if (const auto begin = line.find_first_not_of(' '); begin != std::string::npos)
        add(roff::literal(line.substr(begin)));
    add(".fi");
  }

  void add_surroundings() {
    const auto add_list = [&](const char* heading, const auto& rows) {
      add(std::string(".SH ") + heading);
      for (const auto& [word, about] : rows) {
        add(".TP");
        add(roff::bold(word));
        text_ += roff::paragraph(about);
      }
    };
    add_list("ENVIRONMENT", kEnvironment);
    add_list("EXIT STATUS", kExitStatus);
  }

  void add_see_also() {
    std::string above = program_.name;
    std::vector<std::string> pages;
    for (std::size_t i = 0; i < path_.size(); ++i) {
      pages.push_back(above);
      above += "-" + path_[i];
    }
    if (path_.empty() && !manual_.see_also.empty()) pages.push_back(manual_.see_also);
    if (pages.empty()) return;
    add(".SH SEE ALSO");
    for (std::size_t i = 0; i < pages.size(); ++i)
      add(".BR " + roff::literal(pages[i]) + (i + 1 < pages.size() ? " (1)," : " (1)"));
  }

  const CommandInfo& program_;
  std::vector<std::string> path_;
  const Manual& manual_;
  const CommandInfo* command_;
  std::string text_;
};

void add_pages(const CommandInfo& program, const CommandInfo& at, const std::vector<std::string>& path,
               const Manual& manual, std::vector<ManPage>& pages) {
  pages.push_back(man_page(program, path, manual));
  if (manual.one_page) return;
  for (const auto& command : at.commands) {
    auto below = path;
    below.push_back(command.name);
    add_pages(program, command, below, manual, pages);
  }
}

}  // namespace

ManPage man_page(const CommandInfo& program, const std::vector<std::string>& path, const Manual& manual) {
  return Page(program, path, manual).make();
}

std::vector<ManPage> man_pages(const CommandInfo& program, const Manual& manual) {
  std::vector<ManPage> pages;
  add_pages(program, program, {}, manual, pages);
  return pages;
}

}  // namespace synergy::cli
