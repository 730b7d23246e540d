// Where a client finds a mesh, and who is told of what it sends and receives there.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>

namespace synergy::client {

/// Called with a line of text, without its end, for each packet (trace.hpp); by the thread of the session.
using Trace = std::function<void(const std::string& line)>;

struct MeshPlace {
  std::filesystem::path folder;  ///< of its sockets and locks
  Trace trace{};                 ///< empty: nobody is told

  // NOLINTBEGIN(google-explicit-constructor): where there is no trace, a place is its folder.
  MeshPlace() = default;
  MeshPlace(std::filesystem::path run_folder) : folder(std::move(run_folder)) {}
  operator const std::filesystem::path&() const { return folder; }
  // NOLINTEND(google-explicit-constructor)
};

}  // namespace synergy::client
