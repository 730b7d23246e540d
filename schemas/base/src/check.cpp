#include "synergy/base/check.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "synergy/base/log_line.hpp"

namespace synergy {

void fail_check(const char* expression, const char* message, const char* file, int line) {
  // A service sets its own name there, which is that of its other lines (service_main.cpp).
  const auto words =
      log_words(LogLevel::kError, program_invocation_short_name, "broken_invariant",
                {{"msg", message}, {"expression", expression}, {"file", file}, {"line", line}});
  std::fprintf(stderr, "%s %s\n", log_time(HostClock().unix()).c_str(), words.c_str());
  std::abort();
}

}  // namespace synergy
