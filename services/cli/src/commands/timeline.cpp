// timeline: what the units of the body did a moment ago, as a picture or a trace.
#include "synergy/client/timeline.hpp"

#include <filesystem>
#include <memory>

#include "../write_text.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/client/session.hpp"

namespace synergy::cli {
namespace {

namespace topics = schemas::topics;

struct TimelineFlags {
  std::string last = "2s", output;
};

/// Executors answer at once; one that is not heard of by then is left out.
constexpr Duration kPatience = std::chrono::seconds(3);
constexpr Duration kShortest = std::chrono::milliseconds(1), kLongest = std::chrono::minutes(10);

Result<Duration> length_of(const std::string& text) { return parse_duration(text, kShortest, kLongest); }

std::string check_length(const std::string& text) {
  const auto length = length_of(text);
  return length ? std::string() : length.error().message;
}

std::string check_output(const std::string& file) {
  const auto extension = std::filesystem::path(file).extension();
  if (extension == ".svg" || extension == ".json") return {};
  return "'" + file + "' ends neither in .svg (a picture) nor in .json (a trace for Perfetto)";
}

struct Answers {
  std::vector<schemas::TaskTable> tables;
  std::vector<std::string> missing;  ///< devices, and why
};

/// Asks all devices that are there at once. Fails when none of them answers.
Result<Answers> ask_devices(Session& session, const schemas::BodyView& body, Duration last) {
  Answers answers;
  std::size_t asked = 0, answered = 0;
  for (const auto& device : body.devices) {
    if (body.is_absent(device.id)) continue;
    ++asked;
    session.bus().call(
        topics::executor(device.id), schemas::QueryTasks{{}, last}, kPatience,
        [&, id = device.id](Result<schemas::TaskTable> table) {
          ++answered;
          if (table && table->device == id)
            answers.tables.push_back(*std::move(table));
          else
            answers.missing.push_back(id.text() + " (" +
                                      (table ? "another device answered" : table.error().message) + ")");
        });
  }
  (void)session.wait_until([&] { return answered == asked; }, Duration::max());  // each call has its deadline
  if (!answers.tables.empty()) return answers;
  return Error{ErrorCode::kUnavailable, asked == 0
                                            ? "no device of the body is there: synergy devices"
                                            : "no executor tells its tasks: " + list_of(answers.missing)};
}

Status show(const Shared& shared, const TimelineFlags& flags, const Timeline& timeline) {
  if (flags.output.empty()) {
    print<TimelineShares>(shared, shares_of(timeline), [](const auto& shares) { return to_text(shares); });
    return {};
  }
  const bool picture = std::filesystem::path(flags.output).extension() == ".svg";
  auto status = write_text(picture ? to_svg(timeline) : to_chrome_trace(timeline), flags.output);
  if (!status) return status;
  std::fprintf(stderr, "%s: %zu units, %s ms of model time\n", flags.output.c_str(), timeline.lanes.size(),
               std::to_string((timeline.end - timeline.begin) / std::chrono::milliseconds(1)).c_str());
  return {};
}

Status timeline(const Shared& shared, const TimelineFlags& flags) {
  const auto last = length_of(flags.last);
  if (!last) return last.error();
  std::optional<schemas::BodyView> body;
  const auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) {
    follow_state<schemas::BodyView>(bus, topics::kBody, body);
  });
  if (!session) return session.error();
  if (!(*session)->wait_until([&] { return body.has_value(); }, std::chrono::seconds(1)))
    return Error{ErrorCode::kUnavailable, "the body is not known yet: the monitor publishes nothing"};
  const auto answers = ask_devices(**session, *body, reach_of(*last));
  if (!answers) return answers.error();
  for (const auto& device : answers->missing)
    std::fprintf(stderr, "synergy: without %s\n", printable(device).c_str());
  return show(shared, flags, make_timeline(*body, answers->tables, *last));
}

}  // namespace

void add_timeline_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<TimelineFlags>();
  auto* command = add_command(made, [&shared, flags] { return timeline(shared, *flags); });
  command->add_option("--last", flags->last, "how much model time, e.g. 2s or 500ms")
      ->check(check_length)
      ->show_default();
  command
      ->add_option("-o,--output", flags->output,
                   "FILE.svg: a picture; FILE.json: a trace for ui.perfetto.dev or chrome://tracing")
      ->check(check_output);
}

}  // namespace synergy::cli
