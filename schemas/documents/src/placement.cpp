#include "synergy/documents/placement.hpp"

#include <sstream>

#include "synergy/documents/yaml.hpp"
#include "synergy/documents/yaml_writer.hpp"
#include "synergy/schemas/node_path.hpp"

namespace synergy::documents {
namespace {

using schemas::Node;

/// The line with its place in front, where it begins with a part of the file.
std::string at_place(Node root, const std::string& line) {
  const auto found = schemas::node_at(root, schemas::path_of(line));
  return found ? found->wrong(line).message : line;
}

}  // namespace

Result<schemas::Placement> read_placement(const std::filesystem::path& file) {
  return read_yaml<schemas::Placement>(file);
}

std::string placement_text(const schemas::Placement& placement, const std::string& about) {
  return "# " + about + "\n" + to_yaml(placement);
}

Error at_places(const std::filesystem::path& file, const Error& error) {
  Error placed = error;
  const auto read = with_yaml_file(file, [&](Node root) -> Status {
    std::istringstream lines(error.message);
    placed.message.clear();
    for (std::string line; std::getline(lines, line);)
      placed.message += (placed.message.empty() ? "" : "\n") + at_place(root, line);
    return {};
  });
  return read ? placed : error;
}

}  // namespace synergy::documents
