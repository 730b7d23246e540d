// The emulator of one device's accelerator, on the bus: answers each operation when the hardware would be
// done.
#include <memory>
#include <string>

#include "synergy/accel_service/emulator.hpp"
#include "synergy/runtime/service_main.hpp"
#include "synergy/schemas/device.hpp"

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
  context.report([&] { return emulator.counters(); });
}

}  // namespace

int main(int argc, char** argv) {
  std::string deploy, device_name;
  runtime::ServiceInfo info{"accel-emulator",
                            "Emulates one MAX78000 or MAX78002: memory, arithmetic, time, energy."};
  info.process = [&] { return "accelerator/" + device_name; };
  return runtime::service_main(
      argc, argv, info,
      [&](runtime::Options& options) {
        options.required_text("--device", device_name, "the device's id on the body");
        options.required_text("--deploy", deploy, "folder with devices, links, bodies, models",
                              "SYNERGY_DEPLOY");
      },
      [&](runtime::Context& context) -> Status {
        const DeviceId device(device_name);
        std::unique_ptr<accel_service::Emulator> emulator;
        context.bus().subscribe<schemas::BodyView>(
            schemas::topics::kBody, [&](const schemas::Envelope&, const schemas::BodyView& body) {
              if (emulator) return;
              const auto* self = body.find(device);
              if (self == nullptr)
                return context.stop(Error{ErrorCode::kNotFound,
                                          "body '" + body.name + "' has no device '" + device_name + "'"});
              emulator = std::make_unique<accel_service::Emulator>(documents::DeployFolder(deploy),
                                                                   body.profile_of(*self));
              serve(context, *emulator, device, TimeScale(body.time_scale));
              context.ready();
            });
        context.waiting_for("the body view");
        return context.run();
      });
}
