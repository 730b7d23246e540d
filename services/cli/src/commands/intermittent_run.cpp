// intermittent run: one device without a battery in virtual time, and its timeline as a picture.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "../write_text.hpp"
#include "flags.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/intermittent_run_text.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/harvested_offline/picture.hpp"
#include "synergy/harvested_offline/virtual_run.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

using harvested_offline::Case;
using harvested_offline::Outcome;
using harvested_offline::RealBytes;
using harvested_offline::RunAsked;
using harvested_offline::RunSummary;
using intermittent_offline::Question;

constexpr Duration kShortest = std::chrono::milliseconds(1);
constexpr Duration kFurthest = std::chrono::hours(24 * 365);

struct IntermittentRunFlags {
  Question question;
  std::string policy{harvested::kDefaultPolicy};
  std::string length = "10m", into = "0s", inputs = "always", deadline;
  double volts = 0;
  bool bytes = false;
  std::string picture;
};

Result<Duration> length_of(const std::string& text) {
  return parse_duration(text, kShortest, harvested_offline::kLongestRun);
}
Result<Duration> place_in_trace(const std::string& text) {
  return parse_duration(text, Duration::zero(), kFurthest);
}

/// For Option::check(): what `parse` says of a text.
template <class Parse>
std::function<std::string(const std::string&)> refusals_of(Parse parse) {
  return [parse](const std::string& text) {
    const auto parsed = parse(text);
    return parsed ? std::string() : parsed.error().message;
  };
}

std::string check_policy(const std::string& name) {
  const auto& names = harvested::policy_names();
  return std::find(names.begin(), names.end(), name) != names.end() ? std::string()
                                                                    : unknown_name("policy", name, names);
}

std::string check_picture(const std::string& file) {
  return std::filesystem::path(file).extension() == ".svg" ? std::string()
                                                           : "'" + file + "' does not end in .svg";
}

/// The flags were checked one by one.
RunAsked asked_by(const IntermittentRunFlags& flags) {
  RunAsked asked;
  asked.policy = flags.policy;
  asked.length = *length_of(flags.length);
  asked.into_trace = *place_in_trace(flags.into);
  asked.volts = flags.volts;
  asked.inputs = *harvested_offline::parse_inputs(flags.inputs);
  if (!flags.deadline.empty()) asked.deadline = *length_of(flags.deadline);
  return asked;
}

Result<Outcome> run_asked(const documents::DeployFolder& deploy, const IntermittentRunFlags& flags,
                          const Case& given, const RunAsked& asked) {
  if (!flags.bytes) return virtual_run(given, asked);
  auto bytes = RealBytes::of(deploy, given.model, given.chain);
  if (!bytes) return bytes.error();
  return virtual_run(given, asked, &*bytes);
}

Status draw(TextOutput& picture, const Case& given, const RunAsked& asked, const Outcome& outcome) {
  const auto course = course_of(given, asked, outcome.report, harvested_offline::kPictureColumns);
  if (!course) return course.error();
  picture.write(to_svg(outcome.summary, *course, given.figures.store));
  return picture.finish();
}

Status check_bytes(const RunSummary& summary) {
  if (summary.results_wrong.value_or(0) == 0) return {};
  return Error{ErrorCode::kInternal, std::to_string(*summary.results_wrong) +
                                         " results are not those of an uninterrupted run; please report it"};
}

Status intermittent_run(Shared& shared, const IntermittentRunFlags& flags) {
  const documents::DeployFolder deploy(shared.deploy_folder);
  const auto given = harvested_offline::run_case(deploy, flags.question);
  if (!given) return given.error();
  // A place that can not be written to is told before the run.
  std::optional<TextOutput> picture;
  if (!flags.picture.empty()) {
    auto opened = TextOutput::open(flags.picture);
    if (!opened) return opened.error();
    picture.emplace(*std::move(opened));
  }
  const auto asked = asked_by(flags);
  const auto outcome = run_asked(deploy, flags, *given, asked);
  if (!outcome) return outcome.error();
  if (picture)
    if (auto status = draw(*picture, *given, asked, *outcome); !status) return status;
  print<RunSummary>(shared, outcome->summary, [](const auto& summary) { return to_text(summary); });
  return check_bytes(outcome->summary);
}

void add_case_options(Command& command, Question& question) {
  command.add_option("--model", question.model, "a model of deploy/models")->required();
  command
      .add_option("--device", question.device, "a profile of deploy/devices without a battery, or its file")
      ->required();
  command.add_option("--trace", question.trace,
                     "a recording of deploy/harvest, or its file; the device's own without");
  command.add_option("--capacitor", question.capacitance_uf,
                     "another capacitance, in uF, in the place of the device's");
  command.add_option("--retained-mw", question.retained_mw,
                     "another power of sleep with the weights kept, in the place of the device's");
  command.add_option("--boot-ms", question.boot_ms, "another time of a boot, in the place of the device's");
  command.add_flag("--inputs-at-hand", question.inputs_at_hand,
                   "an input is sensed when it is wanted, and does not wait in the FRAM");
}

}  // namespace

void add_intermittent_run_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<IntermittentRunFlags>();
  auto* command = add_command(made, [&shared, flags] { return intermittent_run(shared, *flags); });
  add_case_options(*command, flags->question);
  command->add_option("--policy", flags->policy, "what decides when to work, to sleep and to give up power")
      ->check(check_policy)
      ->one_of(harvested::policy_names())
      ->show_default();
  command->add_option("--for", flags->length, "model time, e.g. 10m; at most 24h; the recording repeats")
      ->check(refusals_of(length_of))
      ->show_default();
  command->add_option("--into", flags->into, "where in the recording it begins")
      ->check(refusals_of(place_in_trace))
      ->show_default();
  command->add_option("--volts", flags->volts, "of the capacitor at the beginning; the device is off")
      ->between(0, 40)
      ->show_default();
  command
      ->add_option("--inputs", flags->inputs,
                   "always: at hand; a number: so many, at hand; every=1s: one comes so often")
      ->check(refusals_of(harvested_offline::parse_inputs))
      ->show_default();
  command
      ->add_option("--deadline", flags->deadline,
                   "from the coming of an input to its result: tell the share that keeps it")
      ->check(refusals_of(length_of));
  command->add_flag("--bytes", flags->bytes,
                    "real bytes travel, and results are compared with those of an uninterrupted run; at most "
                    "1h");
  command->add_option("-o,--output", flags->picture, "FILE.svg: the timeline as a picture")
      ->check(check_picture);
  add_deploy_option(*command, shared, "models, devices, harvest");
}

}  // namespace synergy::cli
