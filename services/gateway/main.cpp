// The gateway: the mesh's page, its JSON API and its metrics, over HTTP.
#include <string>

#include "synergy/gateway_adapter/run.hpp"
#include "synergy/runtime/service_main.hpp"

using namespace synergy;

int main(int argc, char** argv) {
  std::string deploy, page, listen;
  return runtime::service_main(
      argc, argv, {"gateway", "Serves the mesh's page, its JSON API and its metrics over HTTP."},
      [&](runtime::Options& options) {
        options.required_text("--deploy", deploy, "folder with devices, links, bodies, models",
                              "SYNERGY_DEPLOY");
        options.text(
            "--listen", listen,
            "ADDRESS or ADDRESS:PORT (default: 127.0.0.1, port 8642 or where that is taken another); "
            "beyond this machine the token is needed for reading, too",
            "SYNERGY_LISTEN");
        options.text("--page", page,
                     "folder of the page's files (default: share/dashboard beside the programs)",
                     "SYNERGY_PAGE");
      },
      [&](runtime::Context& context) {
        return gateway_adapter::run(context, {deploy, page, listen, SYNERGY_VERSION});
      });
}
