// What is wrong at which place of a file, for whoever shows it in an editor or counts it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::documents {

/// One thing that is wrong. `line` and `column` count from 1; 0: the file as a whole.
struct Finding {
  std::string file;
  std::uint64_t line = 0, column = 0;
  std::string text;
  bool operator==(const Finding&) const = default;
};

/// Each line of an error that with_yaml_file() and the readers of files give, with its place taken out: of
/// `rate: a.yaml:3:7: must be ...` that is line 3, column 7 and `rate: must be ...`. A line that names no
/// place is of `file` as a whole, and one of another file is of that one. In the order of `error`.
[[nodiscard]] std::vector<Finding> findings_in(const Error& error, const std::string& file);

/// `file:line:column: text`, as editors and compilers read it; of a file as a whole `file: text`, where the
/// text does not begin so already.
[[nodiscard]] std::string to_text(const Finding& finding);

}  // namespace synergy::documents
