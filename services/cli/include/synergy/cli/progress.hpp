// How far something has come that takes longer than a second: on a terminal one line that is written anew,
// elsewhere a line of its own every ten seconds. It goes to standard error, beside the outcome.
//
//   ProgressLine line(now_ms, standard_error());
//   for (...) line.show_count("pictures", done, all);
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace synergy::cli {

/// Where progress goes. Without `write` it is shown nowhere.
struct ProgressOutput {
  std::function<void(const std::string&)> write;
  bool is_terminal = true;
  std::function<std::size_t()>
      columns{};  ///< of the terminal, now; a longer line would leave parts of itself
};

[[nodiscard]] ProgressOutput standard_error();

/// Milliseconds that never go back.
[[nodiscard]] double now_ms();

/// On a terminal silent for the first second, then written over the line before it, four times a second at
/// most, and wiped out at its end. Elsewhere silent for the first ten seconds, then a line every ten seconds.
/// One thread.
class ProgressLine {
 public:
  /// `now_ms` gives milliseconds that never go back.
  ProgressLine(std::function<double()> now_ms, ProgressOutput output);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  [[nodiscard]] bool is_shown_anywhere() const { return bool(output_.write); }
  /// `text` makes the line of the milliseconds since the beginning; called only when it is time for a line.
  void show(const std::function<std::string(double elapsed_ms)>& text);
  /// count_text() of these.
  void show_count(const std::string& what, std::uint64_t done, std::uint64_t all);
  /// time_text() of something that takes so many milliseconds from the beginning on.
  void show_time(const std::string& what, double all_ms);
  /// Makes room on a terminal for other text; the line comes back when it is due.
  void wipe();

 private:
  std::function<double()> now_ms_;
  ProgressOutput output_;
  double begin_, next_;
  bool shown_ = false;
};

/// `, about 9 s left`, of a share that was done in so many milliseconds; empty where nothing was done yet.
[[nodiscard]] std::string left_text(double share, double elapsed_ms);
/// `120 of 1000 pictures, 12 %, about 9 s left`.
[[nodiscard]] std::string count_text(const std::string& what, std::uint64_t done, std::uint64_t all,
                                     double elapsed_ms);
/// `measuring, 21 s left`.
[[nodiscard]] std::string time_text(const std::string& what, double all_ms, double elapsed_ms);

}  // namespace synergy::cli
