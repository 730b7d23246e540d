// What the shells' scripts ask: `synergy __complete WORDS`, and for a script with a usage text of its own
// `__complete_usage WORDS`, which reads that text from standard input. Both are in no help: only scripts use
// them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/cli/commands.hpp"
#include "synergy/runtime/exit_code.hpp"

namespace synergy::cli {

/// Nothing where `arguments`, which follow the program's name, ask for no completion. Ends the process, with
/// what is printed by then, where the answer takes longer than a person waits at a key.
[[nodiscard]] std::optional<runtime::ExitCode> answer_completion(const Command& program, const Shared& shared,
                                                                 const std::vector<std::string>& arguments);

}  // namespace synergy::cli
