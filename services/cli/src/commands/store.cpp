// store check.
#include <memory>
#include <set>

#include "../store_file.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/client/table.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/store/check.hpp"

namespace synergy::cli {
namespace {

struct CheckFlags {
  std::filesystem::path file;
};

std::string rows_text(const store::CheckReport& report) {
  const auto rows = std::to_string(report.rows) + " rows of schema version " +
                    std::to_string(report.schema_version) + " read";
  if (report.without_checksum == 0) return rows + ", each with a checksum\n";
  return rows + "; " + std::to_string(report.without_checksum) +
         " have no checksum, as they were written before rows had one\n";
}

std::string to_text(const store::CheckReport& report) {
  const auto heading = report.file + ": " + rows_text(report);
  if (report.damages == 0) return heading + "no damage found\n";
  Table table({"TABLE", "ROW", "PROBLEM"});
  std::set<std::string> advice;
  for (const auto& damage : report.damaged) {
    table.add(
        {damage.table.empty() ? "-" : damage.table, damage.row.empty() ? "-" : damage.row, damage.problem});
    advice.insert(damage.advice);
  }
  std::string text = heading + "\n" + table.text();
  if (report.damages > report.damaged.size())
    text += "and " + std::to_string(report.damages - report.damaged.size()) + " more\n";
  text += "\nwhat to do:\n";
  for (const auto& line : advice) text += "- " + line + "\n";
  return text;
}

Status check(const Shared& shared, const CheckFlags& flags) {
  const auto file = flags.file.empty() ? store_file(shared) : flags.file;
  ProgressLine line(now_ms, standard_error());
  const auto report = store::check_file(file, [&] {
    line.show([&](double elapsed_ms) {
      return "reading " + file.string() + " for " + fixed(elapsed_ms / 1000, 0) + " s";
    });
    return false;
  });
  line.wipe();
  if (!report) return report.error();
  print<store::CheckReport>(shared, *report, to_text);
  if (report->damages == 0) return {};
  return Error{ErrorCode::kCorrupt, report->file + ": the store is damaged in " +
                                        std::to_string(report->damages) +
                                        (report->damages == 1 ? " place" : " places")};
}

}  // namespace

void add_store_check_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<CheckFlags>();
  auto* command = add_command(made, [&shared, flags] { return check(shared, *flags); });
  command->add_option("FILE", flags->file,
                      "the file; default: $SYNERGY_STORE, else mesh.db in the run folder");
}

}  // namespace synergy::cli

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::store::Damage>();
template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::store::CheckReport>();
