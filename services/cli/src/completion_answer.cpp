#include "completion_answer.hpp"

#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <iterator>

#include "completion_names.hpp"
#include "synergy/cli/completion.hpp"
#include "synergy/cli/usage_text.hpp"

namespace synergy::cli {
namespace {

/// A mesh that listens and does not answer has kMeshTime, and what leaving the bus then takes. This is for
/// what else may hang: a folder on a machine that is gone.
constexpr timeval kLongest{1, 0};

void end_in_time() {
  std::signal(SIGALRM, [](int) { ::_exit(int(runtime::ExitCode::kFailed)); });
  const itimerval once{{0, 0}, kLongest};
  ::setitimer(ITIMER_REAL, &once, nullptr);
}

CommandInfo usage_of_standard_input() {
  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  return read_usage("mesh", "", text);
}

}  // namespace

std::optional<runtime::ExitCode> answer_completion(const Command& program, const Shared& shared,
                                                   const std::vector<std::string>& arguments) {
  const bool of_usage = arguments.front() == "__complete_usage";
  if (!of_usage && arguments.front() != "__complete") return std::nullopt;
  end_in_time();
  const auto tree = of_usage ? usage_of_standard_input() : program.tree();
  const auto completion = complete(tree, {arguments.begin() + 1, arguments.end()}, names_of_mesh(shared));
  std::fputs(completion_lines(completion).c_str(), stdout);
  return runtime::ExitCode::kOk;
}

}  // namespace synergy::cli
