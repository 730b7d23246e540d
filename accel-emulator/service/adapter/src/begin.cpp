#include "synergy/accel_adapter/begin.hpp"

#include "synergy/accel_service/emulator.hpp"

namespace synergy::accel_adapter {
namespace {

using accel_service::Emulator;

void serve(runtime::Context& context, Emulator& emulator, const DeviceId& device, const TimeScale& scale) {
  context.bus().serve<schemas::AcceleratorDo>(
      schemas::topics::accelerator(device), [&, scale](const schemas::AcceleratorDo& operation,
                                                       const bus::Responder<schemas::AcceleratorDo>& answer) {
        const auto now = scale.to_model(context.clock().monotonic());
        const auto done = operation.begin > now + kFarthestAhead
                              ? Error{ErrorCode::kInvalid, "the operation begins more than a minute from now"}
                              : emulator.on(operation);
        if (!done) {
          context.log().warn(
              "refused", {{"action", schemas::name_of(operation.action)}, {"error", done.error().message}},
              answer.request_id());
          return answer(done);
        }
        context.at(scale.to_host(done->end), [answer, done] { answer(done); });
      });
}

void follow_profile(runtime::Context& context, Emulator& emulator, const DeviceId& device) {
  context.bus().subscribe<schemas::BodyView>(
      schemas::topics::kBody, [&, device](const schemas::Envelope&, const schemas::BodyView& body) {
        if (const auto* found = body.find(device)) emulator.follow(body.profile_of(*found));
      });
}

}  // namespace

Result<std::shared_ptr<void>> begin(runtime::Context& context, const runtime::DevicePlace& place) {
  auto emulator = std::make_shared<Emulator>(documents::DeployFolder(place.deploy), place.profile);
  serve(context, *emulator, place.device.id, place.scale);
  follow_profile(context, *emulator, place.device.id);
  context.report([&emulator = *emulator] { return emulator.counters(); });
  return std::shared_ptr<void>(emulator);
}

}  // namespace synergy::accel_adapter
