#include <cstdio>
#include <memory>
#include <optional>

#include "synergy/cli/commands.hpp"
#include "synergy/cli/watch.hpp"

namespace synergy::cli {
namespace {

/// What `--format` and `--json` come to.
void choose_format(Shared& shared) {
  shared.format = shared.json ? Format::kJson : format_named(shared.format_name);
  shared.json = shared.format != Format::kTable;
}

}  // namespace

Command* add_plain_command(const NewCommand& made, const std::function<Status()>& run) {
  return made.parent.add_command(made.name, made.summary, [&shared = made.shared, run] {
    if (shared.trace)
      shared.run_folder.trace = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
    shared.status = run();
  });
}

Command* add_command(const NewCommand& made, const std::function<Status()>& run) {
  auto& shared = made.shared;
  auto* command = add_plain_command(made, [&shared, run] {
    choose_format(shared);
    return run();
  });
  const auto* json = command->add_flag("--json", shared.json, "the same as --format json");
  command
      ->add_option("--format", shared.format_name,
                   "how the outcome is printed: table (for people), json, yaml or csv")
      ->one_of(format_names())
      ->excludes(json);
  return command;
}

Command* add_state_command(const NewCommand& made, const std::function<Status()>& run) {
  auto& shared = made.shared;
  auto every_s = std::make_shared<std::optional<double>>();
  auto* command = add_command(
      made, [&shared, every_s, run]() -> Status { return *every_s ? watch(shared, **every_s, run) : run(); });
  command
      ->add_option("--watch", *every_s,
                   "show it again every so many seconds (2 where none are given), until Ctrl-C")
      ->between(kShortestWatch, kLongestWatch);
  return command;
}

void put(const Shared& shared, std::string_view text) {
  if (shared.output != nullptr)
    *shared.output += text;
  else
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void put_document(const Shared& shared, const std::string& json, const schemas::StructInfo& info) {
  put(shared,
      shared.series != nullptr ? shared.series->next(json, info) : in_format(shared.format, json, info));
}

void Lines::flush() const { std::fflush(stdout); }

}  // namespace synergy::cli
