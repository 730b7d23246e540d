// logs.
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <memory>
#include <thread>

#include "flags.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/logs/choice.hpp"
#include "synergy/logs/merge.hpp"

namespace synergy::cli {
namespace {

struct LogsFlags {
  bool follow = false;
  std::string since, until, level;
  std::optional<std::uint64_t> tail;
  std::vector<std::string> processes, services;
};

/// Lines before those that follow, where nothing says how many.
constexpr std::uint64_t kTailOfFollower = 20;
constexpr std::chrono::milliseconds kLookEvery{100};

class Printer {
 public:
  Printer(bool json, logs::Choice choice) : json_(json), choice_(choice) {}

  [[nodiscard]] bool wants(const logs::Entry& entry) const { return choice_.has(entry); }
  void print(const logs::Entry& entry) const {
    const auto line = (json_ ? logs::to_json(entry) : logs::to_text(entry)) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
  }

 private:
  bool json_;
  logs::Choice choice_;
};

/// What is there now: all of it, or the last so many lines.
void print_present(logs::Merge& merge, const Printer& printer, const std::optional<std::uint64_t>& tail,
                   const Clock& clock) {
  std::deque<logs::Entry> last;
  while (auto entry = merge.next(clock)) {
    if (!printer.wants(*entry)) continue;
    if (!tail) {
      printer.print(*entry);
      continue;
    }
    last.push_back(std::move(*entry));
    if (last.size() > *tail) last.pop_front();
  }
  for (const auto& entry : last) printer.print(entry);
}

/// Whoever reads standard output has gone, as `head` does when it has enough. Writing would tell, too, and
/// there may be nothing to write for long.
bool reader_is_gone() {
  pollfd output{STDOUT_FILENO, 0, 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLNVAL)) != 0;
}

/// Until then, or for ever.
void print_what_comes(logs::Merge& merge, const Printer& printer, const std::optional<UnixTime>& until,
                      const Clock& clock) {
  while (std::fflush(stdout) == 0 && !reader_is_gone() &&
         !(until && clock.unix() >= *until + 2 * logs::kHold)) {
    std::this_thread::sleep_for(kLookEvery);
    merge.look(clock);
    while (const auto entry = merge.next_settled(clock))
      if (printer.wants(*entry)) printer.print(*entry);
  }
}

Status show_logs(const Shared& shared, const LogsFlags& flags) {
  const HostClock clock;
  const auto range = client::parse_time_range(flags.since, flags.until, clock.unix());
  if (!range) return range.error();
  auto names = flags.processes;
  names.insert(names.end(), flags.services.begin(), flags.services.end());
  const bool any_life = range->since || range->until;
  logs::Merge merge(shared.run_folder, names, any_life ? logs::Lives::kAll : logs::Lives::kThis);
  if (auto status = merge.check(); !status) return status;
  const Printer printer(
      shared.json, {log_level_named(flags.level).value_or(LogLevel::kDebug), range->since, range->until});
  auto tail = flags.tail;
  if (flags.follow && !tail && !range->since) tail = kTailOfFollower;
  print_present(merge, printer, tail, clock);
  if (flags.follow) print_what_comes(merge, printer, range->until, clock);
  return {};
}

}  // namespace

void add_logs_command(const NewCommand& made) {
  auto flags = std::make_shared<LogsFlags>();
  auto* command = add_command(made, [&shared = made.shared, flags] { return show_logs(shared, *flags); });
  const std::string who = "executor/ring, all of executor, or all of the device ring; default: all";
  command->add_option("PROCESS", flags->processes, "of these only: " + who);
  command->add_option("--service", flags->services, "the same as PROCESS; may be given several times");
  command->add_flag("-f,--follow", flags->follow,
                    "go on with what comes, of processes that are started again, too; begins with the last " +
                        std::to_string(kTailOfFollower) + " lines");
  add_time_options(*command, flags->since, flags->until, "lines");
  constexpr double kMostLines = 10e6;
  command->add_option("--tail", flags->tail, "the last so many lines")->between(0, kMostLines);
  command->add_option("--level", flags->level, "of this level or a graver one; words without a level stay")
      ->one_of({kLogLevelNames.begin(), kLogLevelNames.end()});
}

}  // namespace synergy::cli
