// The store: owns the mesh's SQLite file and answers for it on the bus.
#include <string>

#include "synergy/runtime/service_main.hpp"
#include "synergy/store/retention.hpp"
#include "synergy/store_adapter/run.hpp"

using namespace synergy;

int main(int argc, char** argv) {
  std::string file, keep;
  return runtime::service_main(
      argc, argv, {"store", "Keeps profiles, apps, plans, runs and events in one SQLite file."},
      [&](runtime::Options& options) {
        options.required_text("--database", file, "the SQLite file", "SYNERGY_STORE");
        options.text("--keep", keep, "how long each run is kept, e.g. 30d; then by hour (default: for ever)",
                     "SYNERGY_KEEP");
      },
      [&](runtime::Context& context) -> Status {
        const auto time = store::keep_time(keep);
        if (!time) return time.error();
        return store_adapter::run(context, file, *time);
      });
}
