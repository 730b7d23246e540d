#include "synergy/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace synergy {

void fail_check(const char* expression, const char* message, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s (%s)\n", file, line, message, expression);
  std::abort();
}

}  // namespace synergy
