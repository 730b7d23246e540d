// devices.
#include <CLI/CLI.hpp>

#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/session.hpp"
#include "synergy/cli/table.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::cli {
namespace {

std::string devices_table(const schemas::BodyView& body) {
  Table table({"DEVICE", "PRESENT", "PROFILE", "ACCELERATOR", "SENSORS", "ACTUATORS"});
  for (const auto& device : body.devices) {
    std::vector<std::string> sensors;
    for (const auto& sensor : device.sensors) sensors.push_back(sensor.capability);
    table.add({device.id.text(), body.is_absent(device.id) ? "no" : "yes", device.profile,
               std::string(schemas::name_of(body.profile_of(device).accelerator)), list_of(sensors),
               list_of(device.actuators)});
  }
  return "body " + body.name + ", link " + body.link.name + ", time scale " + fixed(body.time_scale, 2) +
         "\n" + table.text();
}

}  // namespace

void add_body_commands(CLI::App& program, Shared& shared) {
  add_command(program, shared, "devices", "List the body's devices and who is present",
              [&shared]() -> Status {
                const auto body = read_state<schemas::BodyView>(shared.run_folder, schemas::topics::kBody);
                if (!body) return body.error();
                print<schemas::BodyView>(shared, *body, devices_table);
                return {};
              });
}

}  // namespace synergy::cli
