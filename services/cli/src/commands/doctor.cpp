// doctor.
#include <cstdlib>
#include <memory>

#include "../store_file.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/doctor/examine.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

Status examine(const Shared& shared, const std::vector<std::string>& found) {
  const char* listen = std::getenv("SYNERGY_LISTEN");
  doctor::Settings settings{shared.run_folder, store_file(shared), listen == nullptr ? "" : listen, {}};
  for (const auto& text : found) {
    auto finding = doctor::parse_finding(text);
    if (!finding) return finding.error();
    settings.found.push_back(std::move(*finding));
  }
  const auto report = doctor::examine(settings, HostClock());
  print<doctor::Report>(shared, report, doctor::to_text);
  if (report.problems == 0) return {};
  return Error{ErrorCode::kConflict, report.problems == 1
                                         ? "there is a problem; what to do stands behind it"
                                         : "there are problems; what to do stands behind them"};
}

}  // namespace

void add_doctor_command(const NewCommand& made) {
  auto found = std::make_shared<std::vector<std::string>>();
  auto* command = add_command(made, [&shared = made.shared, found] { return examine(shared, *found); });
  command->add_option("--found", *found, "what deploy/mesh found before, VERDICT:CHECK:SAYS:REMEDY")
      ->one_value_each_time();
}

}  // namespace synergy::cli
