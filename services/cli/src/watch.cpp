#include "synergy/cli/watch.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "synergy/base/visible_text.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/cli/screen.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/runtime/stop_signals.hpp"

namespace synergy::cli {
namespace {

/// A person who presses Ctrl-C waits no longer.
constexpr auto kLook = std::chrono::milliseconds(50);

/// Everything of one watch but its loop.
class Watch {
 public:
  Watch(Shared& shared, double seconds, const std::function<Status()>& show)
      : shared_(shared), seconds_(seconds), show_(show), series_(shared.format) {
    shared.output = &text_;
    if (shared.json) shared.series = &series_;
  }
  ~Watch() {
    shared_.output = nullptr;
    shared_.series = nullptr;
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  Status look() {
    text_.clear();
    return show_();
  }
  void draw(const Status& status) {
    const auto problem = status ? std::string() : "synergy: " + visible(status.error().message) + "\n";
    const auto time = utc_text(clock_.unix()) + " UTC";
    if (!shared_.json && ::isatty(STDOUT_FILENO) == 1) {
      if (!screen_) screen_ = std::make_unique<Screen>();
      screen_->draw(page(time + ", every " + fixed(seconds_, 1) + " s; Ctrl-C ends it\n" + text_ + problem,
                         screen_->size()));
      return;
    }
    const auto output = (shared_.json ? "" : "--- " + time + "\n") + text_;
    std::fwrite(output.data(), 1, output.size(), stdout);
    std::fflush(stdout);
    std::fputs(problem.c_str(), stderr);
  }

 private:
  Shared& shared_;
  double seconds_;
  const std::function<Status()>& show_;
  Series series_;
  HostClock clock_;
  std::string text_;
  std::unique_ptr<Screen> screen_;
};

bool is_number(const std::string& word) {
  double number = 0;
  const auto* const end = word.data() + word.size();
  const auto read = std::from_chars(word.data(), end, number);
  return read.ec == std::errc() && read.ptr == end;
}

}  // namespace

Status watch(Shared& shared, double seconds, const std::function<Status()>& show) {
  runtime::StopRequest stop;  // before a bus starts its threads
  Watch watch(shared, seconds, show);
  const HostClock clock;
  for (bool first = true;; first = false) {
    const auto begin = clock.monotonic();
    const auto status = watch.look();
    if (stop.came()) return {};
    if (first && !status) return status;
    watch.draw(status);
    while (clock.monotonic() - begin < from_seconds(seconds)) {
      std::this_thread::sleep_for(kLook);
      if (stop.came()) return {};
    }
  }
}

void give_watch_its_seconds(std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i)
    if (words[i] == "--watch" && (i + 1 == words.size() || !is_number(words[i + 1])))
      words[i] = "--watch=" + fixed(kUsualWatch, 0);
}

}  // namespace synergy::cli
