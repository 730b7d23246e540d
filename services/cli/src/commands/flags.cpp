#include "flags.hpp"

#include <CLI/CLI.hpp>
#include <iomanip>
#include <sstream>

namespace synergy::cli {

std::function<std::string(const std::string&)> number_between(double least, double most) {
  return [=](const std::string& text) -> std::string {
    double value = 0;
    if (CLI::detail::lexical_cast(text, value) && value >= least && value <= most) return {};
    std::ostringstream refusal;  // all digits of a limit: 1000000, not 1e+06
    refusal << std::setprecision(12) << "'" << text << "' is no number from " << least << " to " << most;
    return refusal.str();
  };
}

CLI::Option* add_deploy_option(CLI::App& command, Shared& shared, const std::string& holds) {
  return command
      .add_option("--deploy", shared.deploy_folder, "folder with " + holds + " (Env:SYNERGY_DEPLOY)")
      ->capture_default_str();
}

}  // namespace synergy::cli
