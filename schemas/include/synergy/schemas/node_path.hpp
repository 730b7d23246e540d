// Values of a decoded tree by their path, as errors name them: `devices[2].sensors[0].capability`.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "synergy/schemas/decode.hpp"

namespace synergy::schemas {

/// One step of a path: a key, or an index.
struct PathPart {
  std::string_view key;  ///< of a map; empty: an index
  std::size_t index = 0;
};

/// Takes the first part off the front of `path`; nothing where that has another form.
[[nodiscard]] std::optional<PathPart> take_part(std::string_view& path);

/// The value of a map or a list that the part names; nothing where there is none.
[[nodiscard]] std::optional<Node> entry_of(Node node, const PathPart& part);

/// The value at `path`, or the smallest one around it that there is. Nothing where `path` is no path, is
/// empty, or begins with what the root does not have.
[[nodiscard]] std::optional<Node> node_at(Node root, std::string_view path);

/// What a line of an error begins with, as a path: all before its first `: `.
[[nodiscard]] std::string_view path_of(std::string_view line);

}  // namespace synergy::schemas
