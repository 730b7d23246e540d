// Pictures as SVG text, shape by shape. Positions are in pixels, from the top left corner.
//
// Every text that comes in may hold anything: it is escaped here, and what XML has no way to say becomes '?'.
// `attributes` is SVG of the caller's own making, `fill="red"`, and is taken as it is.
#pragma once

#include <string>
#include <string_view>

namespace synergy::documents {

[[nodiscard]] std::string xml_escaped(std::string_view text);

/// A number as SVG has it: with two decimals at most.
[[nodiscard]] std::string svg_number(double value);

enum class Anchor { kStart, kMiddle, kEnd };
[[nodiscard]] std::string svg_text(double x, double y, std::string_view text, Anchor anchor = Anchor::kStart,
                                   std::string_view attributes = {});
/// With a `title`, that text shows where the mouse stands on it.
[[nodiscard]] std::string svg_rect(double x, double y, double width, double height,
                                   std::string_view attributes, std::string_view title = {});
[[nodiscard]] std::string svg_line(double x1, double y1, double x2, double y2, std::string_view attributes);

/// The whole file: `shapes` on white, in a sans-serif face of 12 pixels.
[[nodiscard]] std::string svg_document(double width, double height, std::string_view shapes);

}  // namespace synergy::documents
