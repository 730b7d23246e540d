#include "synergy/cli/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "synergy/client/table.hpp"

namespace synergy::cli {

using client::fixed;

namespace {

constexpr double kSilentMs = 1000, kBetweenMs = 250;
constexpr double kPlainMs = 10'000;  ///< where each line stays
constexpr auto kWipe = "\r\033[K";   ///< to the line's beginning, and nothing on it

}  // namespace

double now_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

ProgressOutput standard_error() {
  return {[](const std::string& text) { std::fputs(text.c_str(), stderr); }, ::isatty(STDERR_FILENO) == 1,
          [] {
            winsize size{};
            const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
            return std::size_t(known ? size.ws_col : 80);
          }};
}

ProgressLine::ProgressLine(std::function<double()> now_ms, ProgressOutput output)
    : now_ms_(std::move(now_ms)),
      output_(std::move(output)),
      begin_(now_ms_()),
      next_(begin_ + (output_.is_terminal ? kSilentMs : kPlainMs)) {}

ProgressLine::~ProgressLine() { wipe(); }

void ProgressLine::show(const std::function<std::string(double)>& text) {
  if (!is_shown_anywhere()) return;
  const double now = now_ms_();
  if (now < next_) return;
  next_ = now + (output_.is_terminal ? kBetweenMs : kPlainMs);
  shown_ = true;
  auto line = text(now - begin_);
  if (output_.is_terminal && output_.columns)
    line = line.substr(0, std::max<std::size_t>(output_.columns(), 1) - 1);
  output_.write(output_.is_terminal ? kWipe + line : line + "\n");
}

void ProgressLine::show_count(const std::string& what, std::uint64_t done, std::uint64_t all) {
  show([&](double elapsed_ms) { return count_text(what, done, all, elapsed_ms); });
}

void ProgressLine::show_time(const std::string& what, double all_ms) {
  show([&](double elapsed_ms) { return time_text(what, all_ms, elapsed_ms); });
}

void ProgressLine::wipe() {
  if (shown_ && output_.is_terminal) output_.write(kWipe);
  shown_ = false;
}

std::string left_text(double share, double elapsed_ms) {
  if (share <= 0) return {};
  return ", about " + fixed(elapsed_ms / 1000 * (1 - std::min(share, 1.0)) / share, 0) + " s left";
}

std::string count_text(const std::string& what, std::uint64_t done, std::uint64_t all, double elapsed_ms) {
  const double share = all == 0 ? 1 : double(done) / double(all);
  return std::to_string(done) + " of " + std::to_string(all) + " " + what + ", " + fixed(100 * share, 0) +
         " %" + left_text(share, elapsed_ms);
}

std::string time_text(const std::string& what, double all_ms, double elapsed_ms) {
  return what + ", " + fixed(std::max(0.0, all_ms - elapsed_ms) / 1000, 0) + " s left";
}

}  // namespace synergy::cli
