// Results of the mesh beside those of the whole network on one device.
#pragma once

#include <cstdint>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/run.hpp"

namespace synergy::cli {

struct Compared {
  std::uint64_t checked = 0, different = 0;
};

/// Computes the network of each result's app on the frame that its source's sensor took in that run. Results
/// of apps that are not in `requests` are left aside. Fails as the model's files do.
[[nodiscard]] Result<Compared> compare_with_whole_networks(const documents::DeployFolder& deploy,
                                                           const schemas::BodyView& body,
                                                           const std::vector<schemas::AppRequest>& requests,
                                                           const std::vector<schemas::RunResult>& results);

}  // namespace synergy::cli
