// kat: compares the emulator with folders of known answers.
#include <memory>

#include "synergy/accel_kat/check.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

struct KatFlags {
  std::vector<std::string> folders;
  std::string path = "reference";
};

struct KatReport {
  accel_kat::Summary summary;
  std::vector<accel_kat::CaseReport> cases;

  static void fields(auto& f) {
    using R = KatReport;
    f.required("summary", &R::summary, "numbers over all cases");
    f.required("cases", &R::cases, "each folder");
  }
};

std::string line_of(const accel_kat::CaseReport& report) {
  const std::string name = (report.device.empty() ? "" : report.device + "/") + report.name;
  if (report.passed) return name + ": ok\n";
  if (!report.error.empty()) return name + ": FAIL " + report.error + "\n";
  const auto more = report.differences.size() - 1;
  return name + ": FAIL " + report.differences.front() +
         (more == 0 ? "" : " (and " + std::to_string(more) + " more)") + "\n";
}

std::string to_text(const accel_kat::Summary& s) {
  const auto n = [](std::uint64_t value) { return std::to_string(value); };
  return "cases " + n(s.cases) + ", passed " + n(s.passed) + ", failed " + n(s.failed) + ", layers " +
         n(s.layers) + ", mismatching layers " + n(s.mismatching_layers) + ", cycle mismatches " +
         n(s.cycle_mismatches) + "\nestimated cycles " + n(s.estimates) + ", mismatching " +
         n(s.estimate_mismatches) + "; placement mismatches " + n(s.placement_mismatches) + "; images " +
         n(s.images) + ", mismatching " + n(s.image_mismatches) + "; resource mismatches " +
         n(s.resource_mismatches) + "; unreadable " + n(s.unreadable) + "\n";
}

/// Checks every case below the given folders; each line is printed as soon as it is known, because the whole
/// tree takes a while. A folder without cases counts as one that can not be read.
std::vector<accel_kat::CaseReport> check_all(const Shared& shared, const KatFlags& flags) {
  const auto path = flags.path == "fast" ? accel_kat::Path::kFast : accel_kat::Path::kReference;
  std::vector<accel_kat::CaseReport> reports;
  ProgressLine line(now_ms, standard_error());
  const auto add = [&](accel_kat::CaseReport report) {
    line.wipe();
    if (!shared.json) put(shared, line_of(report));
    reports.push_back(std::move(report));
  };
  for (const auto& root : flags.folders) {
    const auto folders = accel_kat::find_known_answers(root);
    if (!folders) {
      accel_kat::CaseReport report;
      report.name = root;
      report.error = folders.error().message;
      add(std::move(report));
      continue;
    }
    for (const auto& folder : *folders) {
      add(accel_kat::check_folder(folder, path));
      line.show_count("cases of " + root, std::size_t(&folder - folders->data()) + 1, folders->size());
    }
  }
  return reports;
}

Status run_kat(const Shared& shared, const KatFlags& flags) {
  KatReport report;
  report.cases = check_all(shared, flags);
  report.summary = accel_kat::summarize(report.cases);
  print<KatReport>(shared, report, [](const KatReport& all) { return to_text(all.summary); });
  if (report.summary.failed == 0) return {};
  return Error{ErrorCode::kConflict, std::to_string(report.summary.failed) + " of " +
                                         std::to_string(report.summary.cases) +
                                         " cases differ from the known answers"};
}

}  // namespace

void add_known_answer_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<KatFlags>();
  auto* command = add_command(made, [&shared, flags] { return run_kat(shared, *flags); });
  command->add_option("DIR", flags->folders, "a case, or a folder above cases")->required();
  command->add_option("--path", flags->path, "arithmetic to judge: reference or fast")
      ->one_of({"reference", "fast"})
      ->show_default();
}

}  // namespace synergy::cli
