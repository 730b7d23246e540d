// The emulator of one device's accelerator, on the bus: answers each operation when the hardware would be
// done.
#include <memory>

#include "synergy/accel_service/emulator.hpp"
#include "synergy/runtime/device_main.hpp"

using namespace synergy;

namespace {

/// An operation that begins later, in model time, is nonsense: it would hold the accelerator for as long.
constexpr Duration kFarthestAhead = std::chrono::minutes(1);

void serve(runtime::Context& context, accel_service::Emulator& emulator, const DeviceId& device,
           const TimeScale& scale) {
  context.bus().serve<schemas::AcceleratorDo>(
      schemas::topics::accelerator(device), [&, scale](const schemas::AcceleratorDo& operation,
                                                       const bus::Responder<schemas::AcceleratorDo>& answer) {
        const auto now = scale.to_model(context.clock().monotonic());
        const auto done = operation.begin > now + kFarthestAhead
                              ? Error{ErrorCode::kInvalid, "the operation begins more than a minute from now"}
                              : emulator.on(operation);
        if (!done) {
          context.log().warn(
              "refused", {{"action", schemas::name_of(operation.action)}, {"error", done.error().message}});
          return answer(done);
        }
        context.at(scale.to_host(done->end), [answer, done] { answer(done); });
      });
  context.bus().subscribe<schemas::BodyView>(
      schemas::topics::kBody, [&, device](const schemas::Envelope&, const schemas::BodyView& body) {
        if (const auto* found = body.find(device)) emulator.follow(body.profile_of(*found));
      });
  context.report([&] { return emulator.counters(); });
}

}  // namespace

int main(int argc, char** argv) {
  return runtime::device_main(
      argc, argv, "accelerator",
      {"accel-emulator", "Emulates one MAX78000 or MAX78002: memory, arithmetic, time, energy."},
      [](runtime::Context& context, const runtime::DevicePlace& place) -> Result<std::shared_ptr<void>> {
        auto emulator =
            std::make_shared<accel_service::Emulator>(documents::DeployFolder(place.deploy), place.profile);
        serve(context, *emulator, place.device.id, place.scale);
        return std::shared_ptr<void>(emulator);
      });
}
