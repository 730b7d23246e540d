// Placement files: where the layers of each app's model run, as somebody else than the planner chose it.
//
//   apps:
//     - app: kws
//       source: earbud                  # may be left out where only one device can sense for it
//       chunks:
//         - {device: earbud, first_layer: 0, last_layer: 3}
//         - {device: watch, first_layer: 4, last_layer: 8}
//       target: watch                   # may be left out, too
//       rate: 5                         # runs per second; without it the best rates of the objective
//
// An app whose runs are spread over several ways has `ways` in place of `source`, `chunks` and `target`: a
// list of these, each with its `share`. Whether a placement is one for a body and its apps is for the planner
// to say (`synergy/planner/placement.hpp`); at_places() then tells where in the file its findings are.
#pragma once

#include <filesystem>
#include <string>

#include "synergy/base/result.hpp"
#include "synergy/schemas/placement.hpp"

namespace synergy::documents {

/// Fails as read_yaml(): with line and column.
[[nodiscard]] Result<schemas::Placement> read_placement(const std::filesystem::path& file);

/// The text of a file that read_placement() makes the same of. `about`: a line for people.
[[nodiscard]] std::string placement_text(const schemas::Placement& placement, const std::string& about);

/// Puts `FILE:LINE:COLUMN: ` in front of each line of the error that begins with a part of the file, as
/// `apps[1].chunks[0].device: ...` does. A part that the file does not have stands where the smallest one
/// around it does. Lines that name no part stay as they are, and so does all of it where the file can not be
/// read any more.
[[nodiscard]] Error at_places(const std::filesystem::path& file, const Error& error);

}  // namespace synergy::documents
