#include "store_file.hpp"

#include <cstdlib>

#include "synergy/runtime/run_folder.hpp"

namespace synergy::cli {

std::filesystem::path store_file(const Shared& shared) {
  const char* named = std::getenv("SYNERGY_STORE");
  if (named != nullptr && *named != '\0') return named;
  if (shared.run_folder.folder == runtime::kSystemRunFolder) return runtime::kSystemStore;
  return shared.run_folder.folder / "mesh.db";
}

}  // namespace synergy::cli
