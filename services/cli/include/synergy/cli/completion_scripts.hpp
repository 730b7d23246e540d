// What bash, zsh and fish are given so that they ask the program for completions. The same function serves
// `synergy` and `deploy/mesh`, which understand `__complete` both.
#pragma once

#include <string_view>

namespace synergy::cli {

/// `shell` is bash, zsh or fish.
[[nodiscard]] std::string_view completion_script(std::string_view shell);

}  // namespace synergy::cli
