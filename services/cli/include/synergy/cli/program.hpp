// The program `synergy`: reads the command line, runs the command that it names, and says how that ended.
#pragma once

#include <string>

namespace synergy::cli {

/// Returns the number of a runtime::ExitCode. Prints to standard output what was asked for, and to standard
/// error why it ended otherwise. The checkout that it looks in by default is the one that its binary stands
/// in.
int run_program(int argc, const char* const* argv, const std::string& version);

}  // namespace synergy::cli
