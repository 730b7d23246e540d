// The terminal's second screen, for what is drawn again and again.
#pragma once

#include <cstddef>
#include <string>

namespace synergy::cli {

/// From construction to destruction; then the first screen comes back as it was. One at a time.
class Screen {
 public:
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  struct Size {
    std::size_t rows, columns;
  };
  /// As it is now; 24 x 80 where the terminal does not say.
  [[nodiscard]] Size size() const;
  /// `text` begins at the upper left corner and clears what it does not cover (to_screen(), page()).
  void draw(const std::string& text);
};

/// Lines of text as a screen of that size, to be drawn over the last: what is too wide is cut off, and where
/// there are too many lines the last says how many more. Colours (`\x1b[...m`) take no room. Pure.
[[nodiscard]] std::string page(const std::string& text, const Screen::Size& size);

}  // namespace synergy::cli
