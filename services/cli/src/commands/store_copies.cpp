// backup, restore.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "../store_file.hpp"
#include "planning_flags.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/client/patience.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/table.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/store/backup.hpp"

namespace synergy::cli {
namespace {

/// Between two questions: the store's other work goes on.
constexpr auto kBetween = std::chrono::milliseconds(20);

std::string megabytes(std::uint64_t bytes) { return fixed(double(bytes) / 1e6, 1) + " MB"; }

std::string copying_text(const schemas::BackupProgress& progress, double elapsed_ms) {
  const double share = progress.bytes == 0 ? 0 : double(progress.copied_bytes) / double(progress.bytes);
  return megabytes(progress.copied_bytes) + " of " + megabytes(progress.bytes) + left_text(share, elapsed_ms);
}

Status backup(const Shared& shared, const std::filesystem::path& file) {
  std::error_code error;
  const schemas::BackupStore command{std::filesystem::absolute(file, error).lexically_normal().string()};
  auto session = Session::open(shared.run_folder);
  if (!session) return session.error();
  ProgressLine line(now_ms, standard_error());
  for (;;) {
    const auto progress = (*session)->ask(schemas::topics::command("store"), command);
    if (!progress) return progress.error();
    if (progress->complete) {
      print<schemas::BackupProgress>(shared, *progress, [&](const auto& done) {
        return command.file + ": " + megabytes(done.bytes) + ", whole; 'synergy restore' puts it back\n";
      });
      return {};
    }
    line.show([&](double elapsed_ms) { return copying_text(*progress, elapsed_ms); });
    std::this_thread::sleep_for(kBetween);
  }
}

struct RestoreFlags {
  std::filesystem::path from, to;
};

struct Restored {
  std::string file, from;
  std::optional<std::string> moved_to;

  static void fields(auto& f) {
    using R = Restored;
    f.required("file", &R::file, "the store file, a copy now");
    f.required("from", &R::from, "the file that was copied");
    f.required("moved_to", &R::moved_to, "where the store file is now that stood there; null: none did");
  }
};

std::string to_text(const Restored& done) {
  auto text = done.file + " is now a copy of " + done.from + "\n";
  if (done.moved_to) text += "what stood there is now " + *done.moved_to + "\n";
  return text;
}

Status restore(const Shared& shared, const RestoreFlags& flags) {
  const auto target = flags.to.empty() ? store_file(shared) : flags.to;
  ProgressLine line(now_ms, standard_error());
  const auto moved = store::restore_file(flags.from, target, [&] {
    line.show([&](double elapsed_ms) {
      return "reading " + flags.from.string() + " for " + fixed(elapsed_ms / 1000, 0) + " s";
    });
    return false;
  });
  line.wipe();
  if (!moved) return moved.error();
  Restored done{target.string(), flags.from.string(), {}};
  if (!moved->empty()) done.moved_to = moved->string();
  print<Restored>(shared, done, [](const Restored& what) { return to_text(what); });
  return {};
}

}  // namespace

void add_backup_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto file = std::make_shared<std::filesystem::path>();
  auto* command = add_command(made, [&shared, file] { return backup(shared, *file); });
  command->add_option("FILE", *file, "the copy, where nothing is yet; the store writes it on its own machine")
      ->required();
}

void add_restore_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<RestoreFlags>();
  auto* command = add_command(made, [&shared, flags] { return restore(shared, *flags); });
  command->add_option("FILE", flags->from, "the copy; it is read whole first, and stays")->required();
  command->add_option(
      "--store", flags->to,
      "the store file that it takes the place of; default: $SYNERGY_STORE, else mesh.db in the run folder");
}

}  // namespace synergy::cli
