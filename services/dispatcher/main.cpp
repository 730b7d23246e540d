// The dispatcher: admits apps, deploys plans, starts runs and keeps book of them.
#include "synergy/dispatcher_adapter/run.hpp"
#include "synergy/runtime/service_main.hpp"

using namespace synergy;

int main(int argc, char** argv) {
  return runtime::service_main(
      argc, argv, {"dispatcher", "Admits apps, deploys their plans, and starts and accounts for their runs."},
      [](runtime::Options&) {}, dispatcher_adapter::run);
}
