#include "synergy/gateway/board.hpp"

#include <utility>
#include <vector>

#include "synergy/gateway/json_object.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/roster.hpp"

namespace synergy::gateway {
namespace {

constexpr std::array<std::string_view, kStateKinds> kNames{"body", "apps", "plan", "services", "use"};
constexpr std::array<std::string_view, kStateKinds> kOwners{
    schemas::process::kMonitor, schemas::process::kDispatcher, schemas::process::kDispatcher,
    schemas::process::kMonitor, schemas::process::kMonitor};

struct SensorLine {
  DeviceId device;
  std::string capability;
  bool feed = false;
  static void fields(auto& f) {
    f.required("device", &SensorLine::device, "the device");
    f.required("capability", &SensorLine::capability, "what it senses");
    f.required("feed", &SensorLine::feed, "whether frames can be fed to it");
  }
};

std::string sensors_of(const schemas::BodyView& body) {
  std::vector<SensorLine> lines;
  for (const auto& device : body.devices)
    for (const auto& sensor : device.sensors)
      lines.push_back({device.id, sensor.capability, sensor.is_fed()});
  return schemas::to_json(lines);
}

std::size_t index_of(StateKind kind) { return std::size_t(kind); }

}  // namespace

std::string_view name_of(StateKind kind) { return kNames[index_of(kind)]; }

template <class T>
std::string Board::keep(StateKind kind, std::shared_ptr<const T> Board::*place, const T& state,
                        std::string json, MonotonicTime now) {
  auto kept = std::make_shared<const T>(state);
  const std::lock_guard lock(mutex_);
  this->*place = std::move(kept);
  states_[index_of(kind)] = {json, now};
  return json;
}

std::string Board::set(const schemas::BodyView& body, MonotonicTime now) {
  auto sensors = sensors_of(body);
  auto json = keep(StateKind::kBody, &Board::body_, body, schemas::to_json(body), now);
  const std::lock_guard lock(mutex_);
  sensors_ = std::move(sensors);
  return json;
}

std::string Board::set(const schemas::AppSet& apps, MonotonicTime now) {
  return keep(StateKind::kApps, &Board::apps_, apps, schemas::to_json(apps.apps), now);
}

std::string Board::set(const schemas::CollaborationPlan& plan, MonotonicTime now) {
  return keep(StateKind::kPlan, &Board::plan_, plan, schemas::to_json(plan), now);
}

std::string Board::set(const schemas::ServiceList& services, MonotonicTime now) {
  return keep(StateKind::kServices, &Board::services_, services, schemas::to_json(services.services), now);
}

std::string Board::set(const schemas::MeshUse& use, MonotonicTime now) {
  return keep(StateKind::kUse, &Board::use_, use, schemas::to_json(use), now);
}

void Board::heard(const schemas::Health& health, MonotonicTime now) {
  if (health.state != schemas::LifeCycle::kReady) return;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < kStateKinds; ++i)
    if (states_[i].heard && kOwners[i] == health.process) states_[i].heard = now;
}

template <class T>
std::shared_ptr<const T> Board::read(std::shared_ptr<const T> Board::*place) const {
  const std::lock_guard lock(mutex_);
  return this->*place;
}

std::shared_ptr<const schemas::BodyView> Board::body() const { return read(&Board::body_); }
std::shared_ptr<const schemas::AppSet> Board::apps() const { return read(&Board::apps_); }
std::shared_ptr<const schemas::CollaborationPlan> Board::plan() const { return read(&Board::plan_); }
std::shared_ptr<const schemas::ServiceList> Board::services() const { return read(&Board::services_); }
std::shared_ptr<const schemas::MeshUse> Board::use() const { return read(&Board::use_); }

std::optional<std::int64_t> Board::age_ms(StateKind kind, MonotonicTime now) const {
  const std::lock_guard lock(mutex_);
  const auto& heard = states_[index_of(kind)].heard;
  if (!heard) return std::nullopt;
  return (now - *heard) / std::chrono::milliseconds(1);
}

void Board::forget() {
  const std::lock_guard lock(mutex_);
  states_ = {};
  sensors_ = "[]";
  body_.reset();
  apps_.reset();
  plan_.reset();
  services_.reset();
  use_.reset();
}

std::string Board::json(StateKind kind) const {
  const std::lock_guard lock(mutex_);
  return states_[index_of(kind)].json;
}

std::string Board::snapshot(MonotonicTime now, std::string_view recording) const {
  JsonObject all, ages;
  for (std::size_t i = 0; i < kStateKinds; ++i) {
    const auto age = age_ms(StateKind(i), now);
    ages.add(kNames[i], age ? std::to_string(*age) : "null");
  }
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < kStateKinds; ++i) {
    const bool is_list = StateKind(i) == StateKind::kApps && !states_[i].heard;
    all.add(kNames[i], is_list ? "[]" : states_[i].json);
  }
  const auto model_now = TimeScale(body_ ? body_->time_scale : 1).to_model(now);
  all.add("sensors", sensors_)
      .add("model_now_ns", std::to_string(model_now.time_since_epoch().count()))
      .add("age_ms", ages.text())
      .add("recording", recording);
  return all.text();
}

}  // namespace synergy::gateway
