// Shell completion: what may stand at the end of a command line that is being typed.
//
// The shells' scripts (completion_scripts.hpp) ask the program itself, `synergy __complete WORDS`, so
// commands and options are those of the parser. Pure; names of a running mesh come from the caller.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "synergy/cli/command_tree.hpp"

namespace synergy::cli {

struct Candidate {
  std::string text, about;
  friend bool operator==(const Candidate&, const Candidate&) = default;
};

struct Completion {
  std::vector<Candidate> candidates;
  enum class Files { kNone, kFiles, kFolders } files = Files::kNone;  ///< that fit, too: the shell knows them
};

/// The values of the options that the line has so far, by the option's longest name: `--run-dir`.
using GivenValues = std::map<std::string, std::string>;
/// The names of that kind that there are now; asked once at most, and only where they are wanted.
using NamesOf = std::function<std::vector<std::string>(ValueKind, const GivenValues&)>;

/// `words` follow the program's name; the last one is being typed and may be empty. Candidates begin with it.
[[nodiscard]] Completion complete(const CommandInfo& program, const std::vector<std::string>& words,
                                  const NamesOf& names);

/// What `__complete` prints: `TEXT` tab `ABOUT` a line, then `:none`, `:files` or `:folders`.
[[nodiscard]] std::string completion_lines(const Completion& completion);

}  // namespace synergy::cli
