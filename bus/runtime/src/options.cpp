#include "synergy/runtime/options.hpp"

#include <CLI/CLI.hpp>

#include "synergy/runtime/exit_code.hpp"

namespace synergy::runtime {

struct Options::Parser {
  CLI::App app;
};

Options::Options(const std::string& program, const std::string& about)
    : parser_(new Parser{CLI::App(about, program)}) {
  parser_->app.set_version_flag("--version", SYNERGY_VERSION);
}

Options::~Options() = default;

void Options::text(const std::string& flag, std::string& value, const std::string& about,
                   const std::string& environment) {
  auto* option = parser_->app.add_option(flag, value, about)->capture_default_str();
  if (!environment.empty()) option->envname(environment);
}

void Options::required_text(const std::string& flag, std::string& value, const std::string& about,
                            const std::string& environment) {
  auto* option = parser_->app.add_option(flag, value, about)->required();
  if (!environment.empty()) option->envname(environment);
}

bool Options::parse(int argc, const char* const* argv) {
  try {
    parser_->app.parse(argc, argv);
    return true;
  } catch (const CLI::ParseError& error) {
    exit_code_ = parser_->app.exit(error) == 0 ? 0 : int(ExitCode::kUsage);
    return false;
  }
}

}  // namespace synergy::runtime
