// Where a program finds what comes with the mesh: the deploy folder, the page, the script that starts a mesh.
//
// There are two layouts. In a checkout programs stand in build/PRESET/bin. `cmake --install` puts them into
// PREFIX/bin and their data into PREFIX/share/synergy-mesh, wherever the prefix is or is moved to.
#pragma once

#include <filesystem>
#include <string>

namespace synergy {

struct Places {
  std::filesystem::path checkout;  ///< empty where the programs are installed
  std::filesystem::path deploy;    ///< holds devices/, links/, bodies/, apps/, models/
  std::filesystem::path page;      ///< the page's files, if they were built
  std::string script;              ///< what a person types to start and stop a mesh

  /// Around the program that stands at `program`. Looks at the disk once; whether the folders are there is
  /// not checked beyond what tells the two layouts apart.
  [[nodiscard]] static Places around(const std::filesystem::path& program);
  /// Around the program that asks.
  [[nodiscard]] static Places here();
  /// A text for people that names the script and files as a checkout has them (`deploy/mesh`,
  /// `deploy/apps/digits.yaml`), with what a person types here instead. Longer paths that hold such a name
  /// (`/x/deploy/apps`) stay.
  [[nodiscard]] std::string as_typed(std::string text) const;
};

}  // namespace synergy
