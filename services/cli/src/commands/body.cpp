// devices, body.
#include <memory>

#include "flags.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/table.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::cli {
namespace {

/// A device as one line of CSV.
struct DeviceRow {
  DeviceId device;
  bool present = false;
  std::string note;
  std::optional<std::uint32_t> battery_percent;
  std::string profile, accelerator;
  std::vector<std::string> sensors, actuators;
  static void fields(auto& f) {
    using R = DeviceRow;
    f.required("device", &R::device, "its id");
    f.required("present", &R::present, "there now, and to be used");
    f.required("note", &R::note, "why not");
    f.required("battery_percent", &R::battery_percent, "left of its battery; null: not told");
    f.required("profile", &R::profile, "its profile");
    f.required("accelerator", &R::accelerator, "MAX78000 or MAX78002");
    f.required("sensors", &R::sensors, "what it senses");
    f.required("actuators", &R::actuators, "what it can do");
  }
};

struct DeviceRows {
  std::vector<DeviceRow> devices;
  static void fields(auto& f) { f.required("devices", &DeviceRows::devices, "in the body's order"); }
};

DeviceRow row_of(const schemas::BodyView& body, const schemas::Device& device) {
  DeviceRow row;
  row.device = device.id;
  row.present = !body.is_absent(device.id);
  if (const auto note = body.notes.find(device.id.text()); note != body.notes.end()) row.note = note->second;
  if (const auto left = body.batteries.find(device.id.text()); left != body.batteries.end())
    row.battery_percent = left->second;
  row.profile = device.profile;
  row.accelerator = name_of(body.profile_of(device).accelerator);
  for (const auto& sensor : device.sensors) row.sensors.push_back(sensor.capability);
  row.actuators = device.actuators;
  return row;
}

DeviceRows rows_of(const schemas::BodyView& body) {
  DeviceRows rows;
  for (const auto& device : body.devices) rows.devices.push_back(row_of(body, device));
  return rows;
}

std::string devices_table(const schemas::BodyView& body, Colours colours) {
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
    constexpr std::size_t kPresent = 1;
    if (body.is_absent(device.id)) table.mark(kPresent, Tone::kWaiting);
  }
  return "body " + body.name + ", link " + body.link.name + ", time scale " + fixed(body.time_scale, 2) +
         "\n" + table.text(colours);
}

Status change_body(Shared& shared, const schemas::BodyChange& change) {
  auto session = Session::open(shared.run_folder);
  if (!session) return session.error();
  const auto done = (*session)->ask(schemas::topics::command("monitor"), change);
  if (!done) return done.error();
  print<schemas::Done>(shared, *done, [](const auto&) { return std::string("changed\n"); });
  return {};
}

/// A command that changes one device, its first argument.
Command* add_device_change(const NewCommand& made, const std::shared_ptr<schemas::BodyChange>& change) {
  auto device = std::make_shared<std::string>();
  auto* command = add_command(made, [&shared = made.shared, change, device] {
    change->device = DeviceId(*device);
    return change_body(shared, *change);
  });
  command->add_option("DEVICE", *device, "the device's id")->required();
  return command;
}

}  // namespace

void add_devices_command(const NewCommand& made) {
  add_state_command(made, [&shared = made.shared]() -> Status {
    const auto body = read_state<schemas::BodyView>(shared.run_folder, schemas::topics::kBody);
    if (!body) return body.error();
    print_with_rows<schemas::BodyView>(shared, *body, rows_of(*body), [&](const schemas::BodyView& told) {
      return devices_table(told, shared.colours);
    });
    return {};
  });
}

void add_body_link_command(const NewCommand& made) {
  auto change = std::make_shared<schemas::BodyChange>();
  add_command(made,
              [&shared = made.shared, change] {
                // The monitor reads a link file; it works in another folder.
                if (documents::is_link_file(change->link))
                  change->link = std::filesystem::absolute(change->link).lexically_normal().string();
                return change_body(shared, *change);
              })
      ->add_option("PROFILE", change->link, "a profile of deploy/links, or a link file")
      ->required();
}

void add_body_profile_command(const NewCommand& made) {
  auto change = std::make_shared<schemas::BodyChange>();
  add_device_change(made, change)
      ->add_option("PROFILE", change->profile, "a profile of deploy/devices")
      ->required();
}

void add_body_battery_command(const NewCommand& made) {
  auto change = std::make_shared<schemas::BodyChange>();
  add_device_change(made, change)
      ->add_option("PERCENT", change->battery_percent, "0 to 100")
      ->required()
      ->between(0, 100);
}

}  // namespace synergy::cli
