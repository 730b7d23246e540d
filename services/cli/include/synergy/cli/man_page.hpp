// Manual pages, made of what `--help` tells. Pure: the same program gives the same bytes on every day and
// machine.
#pragma once

#include <string>
#include <vector>

#include "synergy/cli/command_tree.hpp"

namespace synergy::cli {

/// What a page says beside the tree.
struct Manual {
  std::string version;    ///< of the program
  std::string date;       ///< `2026-03-01`; empty: none is told
  std::string program;    ///< how it is called: `synergy`, `deploy/mesh`
  std::string see_also;   ///< another page by name, without its section
  bool one_page = false;  ///< commands have no pages of their own: all stands in the program's
};

struct ManPage {
  std::string name;  ///< `synergy-topic-echo`; its file is `NAME.1`
  std::string text;  ///< roff of the `man` macros
};

/// The page of the command that `path` names below the program; of the program itself where it is empty.
/// There must be one.
[[nodiscard]] ManPage man_page(const CommandInfo& program, const std::vector<std::string>& path,
                               const Manual& manual);
/// The program's, then one for each group and command, in the order of the tree.
[[nodiscard]] std::vector<ManPage> man_pages(const CommandInfo& program, const Manual& manual);

}  // namespace synergy::cli
