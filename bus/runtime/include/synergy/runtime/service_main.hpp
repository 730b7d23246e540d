// The main of every service: flags, log, run folder, lock, bus, signals; then the service's own composition.
//
//   int main(int argc, char** argv) {
//     Settings settings;
//     return service_main(argc, argv, {"monitor", "Watches the devices of one body."},
//                         [&](Options& options) { options.required_text("--body", settings.body, "..."); },
//                         [&](Context& context) -> Status { Monitor monitor(context, ...); return
//                         context.run(); });
//   }
#pragma once

#include <functional>
#include <string>

#include "synergy/runtime/context.hpp"
#include "synergy/runtime/options.hpp"

namespace synergy::runtime {

struct ServiceInfo {
  std::string name, about;
  /// The process's name on the bus, once flags are read; empty: `name`.
  std::function<std::string()> process = {};
  /// Called with the run folder before the bus is joined; the broker opens it here.
  std::function<Status(const RunFolder&)> before_bus = {};
};

/// The only place that catches everything. Returns the ExitCode's number.
int service_main(int argc, char** argv, const ServiceInfo& info, const std::function<void(Options&)>& declare,
                 const std::function<Status(Context&)>& compose);

}  // namespace synergy::runtime
