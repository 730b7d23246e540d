#include "synergy/store/bodies.hpp"

#include <string>

#include "row_crc.hpp"
#include "sqlite.hpp"

namespace synergy::store {
namespace {

constexpr auto kForgetFigures = "DELETE FROM profile_figures WHERE kind = ? AND profile = ?";
constexpr auto kForgetDevices =
    "DELETE FROM body_devices WHERE body = ?";  // their sensors and actuators go along

std::string keep_device_profile_sql() {
  return insert_sql(kDeviceProfileRows) +
         " ON CONFLICT (name) DO UPDATE SET accelerator = excluded.accelerator, crc = excluded.crc";
}

std::string keep_body_sql() {
  return insert_sql(kBodyRows) +
         " ON CONFLICT (name) DO UPDATE SET link = excluded.link, time_scale = excluded.time_scale, "
         "crc = excluded.crc";
}

/// The figures are those of the profile's field list, by the same names: a new figure needs no change here.
template <schemas::Described Profile>
void keep_figures(SQLite::Database& sqlite, const std::string& kind, const Profile& profile) {
  SQLite::Statement forget(sqlite, kForgetFigures);
  execute(forget, kind, profile.name);
  SQLite::Statement add(sqlite, insert_sql(kFigureRows));
  for (const auto& [name, figure] : schemas::figures_of(profile))
    execute(add, kind, profile.name, std::string(name), figure->value, figure->mark, figure->source);
}

void keep_profiles(SQLite::Database& sqlite, const schemas::BodyView& body) {
  SQLite::Statement keep(sqlite, keep_device_profile_sql());
  for (const auto& [name, profile] : body.device_profiles) {
    execute(keep, profile.name, profile.accelerator);
    keep_figures(sqlite, "device", profile);
  }
  for (const auto& [name, profile] : body.sensor_profiles) keep_figures(sqlite, "sensor", profile);
  for (const auto& [name, profile] : body.actuator_profiles) keep_figures(sqlite, "actuator", profile);
  keep_figures(sqlite, "link", body.link);
}

/// The sensor's sources, for people; nothing where there are none.
std::string frames_of(const schemas::Sensor& sensor) {
  return sensor.sources && !sensor.sources->empty() ? to_text(*sensor.sources) : sensor.frames;
}

void add_parts(SQLite::Database& sqlite, const std::string& body, const schemas::Device& device) {
  SQLite::Statement add_sensor(sqlite, insert_sql(kSensorRows));
  for (std::size_t i = 0; i < device.sensors.size(); ++i)
    execute(add_sensor, body, device.id, i, device.sensors[i].capability, frames_of(device.sensors[i]));
  SQLite::Statement add_actuator(sqlite, insert_sql(kActuatorRows));
  for (std::size_t i = 0; i < device.actuators.size(); ++i)
    execute(add_actuator, body, device.id, i, device.actuators[i]);
}

}  // namespace

Status Bodies::keep(const schemas::BodyView& body) {
  return guarded(database_, [&]() -> Status {
    auto& sqlite = database_.connection().sqlite;
    keep_profiles(sqlite, body);
    SQLite::Statement keep(sqlite, keep_body_sql());
    execute(keep, body.name, body.link.name, body.time_scale);
    SQLite::Statement forget(sqlite, kForgetDevices);
    execute(forget, body.name);
    SQLite::Statement add(sqlite, insert_sql(kDeviceRows));
    for (std::size_t i = 0; i < body.devices.size(); ++i) {
      execute(add, body.name, body.devices[i].id, i, body.devices[i].profile);
      add_parts(sqlite, body.name, body.devices[i]);
    }
    return {};
  });
}

}  // namespace synergy::store
