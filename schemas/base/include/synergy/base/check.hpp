// Invariants: a broken one is a bug and stops the process, in every build.
//
// Never reachable from bytes that someone sent: input is validated at the boundary and answered with an
// Error.
#pragma once

namespace synergy {

[[noreturn]] void fail_check(const char* expression, const char* message, const char* file, int line);

}  // namespace synergy

// A macro because the expression's text and place belong in the report.
#define SYNERGY_CHECK(expression, message) \
  ((expression) ? void(0) : ::synergy::fail_check(#expression, message, __FILE__, __LINE__))
