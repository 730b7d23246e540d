// What `synergy top` shows: from the latest states of the mesh to lines of text, and from lines to a screen.
//
// Pure. Whatever stands in a message, a line holds printable ASCII only: nobody's name moves the cursor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::client {

/// The latest of each state; what was not published yet is absent or empty.
struct TopView {
  std::optional<schemas::BodyView> body;
  std::optional<schemas::CollaborationPlan> plan;
  std::optional<schemas::MeshUse> use;
  schemas::AppSet apps;
  schemas::ServiceList services;
  Duration silence{0};  ///< since the last `use`
};

/// `use` comes once a second; not to hear of it for so long is worth a warning.
inline constexpr Duration kUseIsOld = std::chrono::seconds(4);

enum class TopStyle { kPlain, kHeading, kWarning };
struct TopLine {
  std::string text;
  TopStyle style = TopStyle::kPlain;
};

[[nodiscard]] std::vector<TopLine> top_lines(const TopView& view);

/// The lines as they are, for files and pipes.
[[nodiscard]] std::string to_plain(const std::vector<TopLine>& lines);
/// The lines with ANSI escapes, from the top left corner of a terminal of that size, which they overwrite
/// whole; what does not fit is cut, but warnings, which go on in the next row.
[[nodiscard]] std::string to_screen(const std::vector<TopLine>& lines, std::size_t rows, std::size_t columns);

}  // namespace synergy::client
