#include "synergy/runtime/device_main.hpp"

#include "synergy/runtime/body.hpp"

namespace synergy::runtime {
namespace {

Result<DevicePlace> place_of(const DeviceId& id, const schemas::BodyView& body, const std::string& deploy) {
  const auto* device = body.find(id);
  if (device == nullptr)
    return Error{ErrorCode::kNotFound, "body '" + body.name + "' has no device '" + id.text() + "'"};
  return DevicePlace{*device, body.profile_of(*device), TimeScale(body.time_scale), deploy};
}

}  // namespace

int device_main(int argc, char** argv, const std::string& kind, ServiceInfo info,
                const BeginOnDevice& begin) {
  std::string deploy, device;
  info.process = [&] { return kind + "/" + device; };
  return service_main(
      argc, argv, info,
      [&](Options& options) {
        options.required_text("--device", device, "the device's id on the body");
        options.required_text("--deploy", deploy, "folder with devices, links, bodies, models",
                              "SYNERGY_DEPLOY");
      },
      [&](Context& context) -> Status {
        std::shared_ptr<void> parts;
        when_body_is_known(context, [&](const schemas::BodyView& body) {
          const auto place = place_of(DeviceId(device), body, deploy);
          if (!place) return context.stop(place.error());
          auto begun = begin(context, *place);
          if (!begun) return context.stop(begun.error());
          parts = std::move(*begun);
          context.ready();
        });
        return context.run();
      });
}

}  // namespace synergy::runtime
