// devices, body.
#include <memory>

#include "flags.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/table.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::cli {
namespace {

std::string devices_table(const schemas::BodyView& body) {
  Table table({"DEVICE", "PRESENT", "BATTERY %", "PROFILE", "ACCELERATOR", "SENSORS", "ACTUATORS"});
  for (const auto& device : body.devices) {
    std::vector<std::string> sensors;
    for (const auto& sensor : device.sensors) sensors.push_back(sensor.capability);
    const auto note = body.notes.find(device.id.text());
    const auto battery = body.batteries.find(device.id.text());
    table.add({device.id.text(),
               !body.is_absent(device.id) ? "yes"
               : note == body.notes.end() ? "no"
                                          : "no: " + note->second,
               battery == body.batteries.end() ? "-" : std::to_string(battery->second), device.profile,
               std::string(schemas::name_of(body.profile_of(device).accelerator)), list_of(sensors),
               list_of(device.actuators)});
  }
  return "body " + body.name + ", link " + body.link.name + ", time scale " + fixed(body.time_scale, 2) +
         "\n" + table.text();
}

Status change_body(Shared& shared, const schemas::BodyChange& change) {
  auto session = Session::open(shared.run_folder);
  if (!session) return session.error();
  const auto done = (*session)->ask(schemas::topics::command("monitor"), change);
  if (!done) return done.error();
  print<schemas::Done>(shared, *done, [](const auto&) { return std::string("changed\n"); });
  return {};
}

}  // namespace

void add_body_commands(Command& program, Shared& shared) {
  add_command(program, shared, "devices", "List the body's devices and who is present",
              [&shared]() -> Status {
                const auto body = read_state<schemas::BodyView>(shared.run_folder, schemas::topics::kBody);
                if (!body) return body.error();
                print<schemas::BodyView>(shared, *body, devices_table);
                return {};
              });

  auto* body = program.add_group("body", "Change the live body: link, clocks, batteries");
  auto change = std::make_shared<schemas::BodyChange>();
  auto device = std::make_shared<std::string>();
  const auto run = [&shared, change, device] {
    change->device = DeviceId(*device);
    // The monitor reads a link file; it works in another folder.
    if (documents::is_link_file(change->link))
      change->link = std::filesystem::absolute(change->link).lexically_normal().string();
    return change_body(shared, *change);
  };
  add_command(*body, shared, "link", "Put another link profile between all pairs", run)
      ->add_option("PROFILE", change->link, "a profile of deploy/links, or a link file")
      ->required();
  const auto of_device = [&](const char* name, const char* about) {
    auto* command = add_command(*body, shared, name, about, run);
    command->add_option("DEVICE", *device, "the device's id")->required();
    return command;
  };
  of_device("profile", "Give a device another profile (clocks, times, energies)")
      ->add_option("PROFILE", change->profile, "a profile of deploy/devices")
      ->required();
  of_device("battery", "Say how full a device's battery is; below 5 % it is not planned on")
      ->add_option("PERCENT", change->battery_percent, "0 to 100")
      ->required()
      ->between(0, 100);
}

}  // namespace synergy::cli
