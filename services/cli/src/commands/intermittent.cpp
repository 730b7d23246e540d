// intermittent traces, solve, size: devices without a battery, from files.
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "../write_text.hpp"
#include "flags.hpp"
#include "synergy/accel_model/harvest_families.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/intermittent_text.hpp"
#include "synergy/documents/harvest_file.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

using intermittent_offline::PolicyClass;
using intermittent_offline::Question;
using intermittent_offline::SizeReport;
using intermittent_offline::SolveReport;
using intermittent_offline::TraceList;

void add_output_option(Command& command, std::string& output) {
  command.add_option("-o,--output", output, "file to write; standard output without");
}

/// What `show` prints, into a file where one is named.
Status write_outcome(Shared& shared, const std::string& output, const std::function<void()>& show) {
  if (output.empty()) {
    show();
    return {};
  }
  std::string text;
  auto* const before = std::exchange(shared.output, &text);
  show();
  shared.output = before;
  return write_text(text, output);
}

struct TraceFlags {
  std::vector<std::string> traces;
  std::string family, output;
  std::uint64_t seed = 1;
  std::optional<double> below_uw;
};

Status generate(const TraceFlags& flags) {
  const auto made = accel_model::generate_harvest(flags.family, flags.seed);
  if (!made) return made.error();
  return write_text(documents::to_text(*made), flags.output);
}

Status traces(Shared& shared, const TraceFlags& flags) {
  if (!flags.family.empty()) return generate(flags);
  const documents::DeployFolder deploy(shared.deploy_folder);
  const auto names = flags.traces.empty() ? deploy.harvest_names() : flags.traces;
  if (names.empty())
    return Error{ErrorCode::kNotFound, shared.deploy_folder.string() +
                                           ": no recordings in harvest/; name the folder with --deploy"};
  TraceList list;
  for (const auto& name : names) {
    const auto recording = deploy.harvest(name);
    if (!recording) return recording.error();
    auto line = intermittent_offline::describe_trace(*recording, flags.below_uw);
    if (!line) return line.error().at(name);
    if (line->name.empty()) line->name = name;
    list.traces.push_back(std::move(*line));
  }
  return write_outcome(shared, flags.output, [&] {
    print<TraceList>(shared, list, [](const auto& shown) { return to_text(shown); });
  });
}

/// What `solve` and `size` are asked about.
struct CaseFlags {
  Question question;
  std::string output;

  void add_to(Command& command, Shared& shared) {
    command.add_option("--model", question.model, "a model of deploy/models")->required();
    command
        .add_option("--device", question.device, "a profile of deploy/devices without a battery, or its file")
        ->required();
    command.add_option("--trace", question.trace,
                       "a recording of deploy/harvest, or its file; the device's own without");
    command.add_flag("--inputs-at-hand", question.inputs_at_hand,
                     "an input is sensed when it is wanted, and does not wait in the FRAM");
    add_output_option(command, output);
    add_deploy_option(command, shared, "models, devices, harvest");
  }
};

struct SolveFlags {
  CaseFlags of;
  std::string policy = "batch";
  std::optional<std::uint64_t> most_inputs;
  bool front = false;
};

Status solve(Shared& shared, const SolveFlags& flags) {
  intermittent_offline::SolveOptions options;
  options.policy = *schemas::value_of<PolicyClass>(flags.policy);
  if (options.policy != PolicyClass::kBatch && (flags.most_inputs || flags.front))
    return Error{ErrorCode::kInvalid, "--most-inputs and --front are of --policy batch"};
  if (flags.most_inputs) options.most_inputs = std::int64_t(*flags.most_inputs);
  options.front = flags.front;
  const auto given = read_case(documents::DeployFolder(shared.deploy_folder), flags.of.question);
  if (!given) return given.error();
  const auto report = intermittent_offline::solve(*given, options);
  if (!report) return report.error();
  return write_outcome(shared, flags.of.output, [&] {
    print<SolveReport>(shared, *report, [](const auto& shown) { return to_text(shown); });
  });
}

struct SizeFlags {
  CaseFlags of;
  double up_to_uf = 10'000;
};

Status size(Shared& shared, const SizeFlags& flags) {
  const auto given = read_case(documents::DeployFolder(shared.deploy_folder), flags.of.question);
  if (!given) return given.error();
  const auto report = intermittent_offline::size(*given, flags.up_to_uf);
  if (!report) return report.error();
  return write_outcome(shared, flags.of.output, [&] {
    print_with_rows<SizeReport>(shared, *report, intermittent_offline::SweepRows{report->sweep},
                                [](const auto& shown) { return to_text(shown); });
  });
}

}  // namespace

void add_harvest_traces_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<TraceFlags>();
  auto* command = add_command(made, [&shared, flags] { return traces(shared, *flags); });
  auto* given = command->add_option(
      "TRACE", flags->traces, "recordings of deploy/harvest, or their files; all of deploy/harvest without");
  auto* family = command->add_option("--family", flags->family, "make a recording of that kind instead")
                     ->one_of(accel_model::harvest_families())
                     ->excludes(given);
  command->add_option("--seed", flags->seed, "of the recording that is made")->show_default()->needs(family);
  command
      ->add_option("--below", flags->below_uw,
                   "what counts as a gap: less uW than that; a tenth of the mean without")
      ->between(0, 1e7);
  add_output_option(*command, flags->output);
  add_deploy_option(*command, shared, "harvest");
}

void add_power_solve_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<SolveFlags>();
  auto* command = add_command(made, [&shared, flags] { return solve(shared, *flags); });
  std::vector<std::string> policies;
  for (const auto& [policy, name] : schemas::kEnumNames<PolicyClass>) policies.emplace_back(name);
  command->add_option("--policy", flags->policy, "what a power cycle may do")
      ->one_of(policies)
      ->show_default();
  command->add_option("--capacitor", flags->of.question.capacitance_uf,
                      "another capacitance, in uF, in the place of the device's");
  command->add_option("--most-inputs", flags->most_inputs, "that a power cycle of batch takes, at most");
  command->add_flag("--front", flags->front, "of batch: energy against latency, for limits of 1, 2, 4 ..");
  flags->of.add_to(*command, shared);
}

void add_capacitor_size_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<SizeFlags>();
  auto* command = add_command(made, [&shared, flags] { return size(shared, *flags); });
  command->add_option("--up-to", flags->up_to_uf, "the largest capacitor of the sweep, in uF")
      ->between(0.1, 1e6)
      ->show_default();
  flags->of.add_to(*command, shared);
}

}  // namespace synergy::cli
