// Models as planning sees them, read again only when a file of theirs has changed.
#pragma once

#include <map>
#include <string>

#include "synergy/planner_service/read_model.hpp"

namespace synergy::planner_service {

/// Belongs to one thread. A change is seen by the names, sizes and times of the model folder's files: who
/// writes a file anew without changing any of these is not noticed.
class ModelCache {
 public:
  explicit ModelCache(documents::DeployFolder deploy) : deploy_(std::move(deploy)) {}

  /// As read_model(); failures are not remembered.
  [[nodiscard]] Result<planner::Model> read(const ModelId& id);
  /// How often files were read and digested.
  [[nodiscard]] std::uint64_t reads() const { return reads_; }

 private:
  struct Entry {
    std::string stamp;
    planner::Model model;
  };

  documents::DeployFolder deploy_;
  std::map<ModelId, Entry> known_;
  std::uint64_t reads_ = 0;
};

}  // namespace synergy::planner_service
