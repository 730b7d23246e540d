// The monitor: publishes the live body view, the list of processes and how the mesh is used, and has the
// body's profiles stored.
#include <string>

#include "synergy/monitor_adapter/run.hpp"
#include "synergy/runtime/service_main.hpp"

using namespace synergy;

int main(int argc, char** argv) {
  std::string deploy, body_file;
  return runtime::service_main(
      argc, argv, {"monitor", "Watches the devices of one body and publishes who is there."},
      [&](runtime::Options& options) {
        options.required_text("--deploy", deploy, "folder with devices, links, bodies, models",
                              "SYNERGY_DEPLOY");
        options.required_text("--body", body_file, "the body file", "SYNERGY_BODY");
      },
      [&](runtime::Context& context) { return monitor_adapter::run(context, deploy, body_file); });
}
