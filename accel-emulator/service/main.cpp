// The emulator of one device's accelerator, on the bus.
#include "synergy/accel_adapter/begin.hpp"
#include "synergy/runtime/device_main.hpp"

using namespace synergy;

int main(int argc, char** argv) {
  return runtime::device_main(
      argc, argv, "accelerator",
      {"accel-emulator", "Emulates one MAX78000 or MAX78002: memory, arithmetic, time, energy."},
      accel_adapter::begin);
}
