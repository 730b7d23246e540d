// The timeline as Chrome trace events: https://ui.perfetto.dev and chrome://tracing open it.
#include <algorithm>

#include "synergy/client/timeline.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::client {
namespace {

using schemas::Encoder;

void text(Encoder& out, std::string_view key, std::string_view value) {
  out.key(key);
  out.text(value);
}
void number(Encoder& out, std::string_view key, std::uint64_t value) {
  out.key(key);
  out.unsigned_integer(value);
}
void microseconds(Encoder& out, std::string_view key, Duration value) {
  out.key(key);
  out.real(double(value.count()) * 1e-3);
}

/// A process stands for a device, a thread for a unit; both count from 1.
struct Place {
  std::uint64_t process = 0, thread = 0;
};

/// What a place is called, or where it stands: `write` adds the one argument.
template <class Write>
void write_metadata(Encoder& out, std::string_view what, Place place, Write write) {
  out.begin_map(5);
  text(out, "name", what);
  text(out, "ph", "M");
  number(out, "pid", place.process);
  number(out, "tid", place.thread);
  out.key("args");
  out.begin_map(1);
  write();
  out.end_map();
  out.end_map();
}

/// Viewers keep the order of the numbers only when they are told to.
void write_place(Encoder& out, const std::string& kind, Place place, std::string_view name,
                 std::uint64_t index) {
  write_metadata(out, kind + "_name", place, [&] { text(out, "name", name); });
  write_metadata(out, kind + "_sort_index", place, [&] { number(out, "sort_index", index); });
}

void write_task(Encoder& out, const schemas::TaskRecord& task, Place place, ModelTime origin) {
  out.begin_map(8);
  text(out, "name", task.app.text() + " " + std::string(schemas::name_of(task.kind)));
  text(out, "cat", task.app.text());
  text(out, "ph", "X");
  number(out, "pid", place.process);
  number(out, "tid", place.thread);
  microseconds(out, "ts", task.begin - origin);
  microseconds(out, "dur", task.end - task.begin);
  out.key("args");
  out.begin_map(4);
  number(out, "run", task.run);
  number(out, "attempt", task.attempt);
  number(out, "step", task.step);
  number(out, "chunk", task.chunk);
  out.end_map();
  out.end_map();
}

void write_events(Encoder& out, const Timeline& timeline, ModelTime origin) {
  Place place;
  const DeviceId* device = nullptr;
  for (const auto& lane : timeline.lanes) {
    const bool new_device = device == nullptr || *device != lane.unit.device;
    device = &lane.unit.device;
    if (new_device) place = {place.process + 1, 0};
    if (new_device) write_place(out, "process", place, device->text(), place.process);
    place.thread = std::uint64_t(lane.unit.unit) + 1;
    write_place(out, "thread", place, schemas::name_of(lane.unit.unit), place.thread);
    for (const auto& task : lane.tasks) write_task(out, task, place, origin);
  }
}

}  // namespace

std::string to_chrome_trace(const Timeline& timeline) {
  auto origin = timeline.begin;
  for (const auto& lane : timeline.lanes)
    if (!lane.tasks.empty()) origin = std::min(origin, lane.tasks.front().begin);
  return schemas::with_json(
             [&](Encoder& out) {
               out.begin_map(3);
               text(out, "displayTimeUnit", "ms");
               out.key("otherData");
               out.begin_map(2);
               text(out, "body", timeline.body);
               out.key("model_time_of_ts_0_ns");
               out.integer(origin.time_since_epoch().count());
               out.end_map();
               out.key("traceEvents");
               out.begin_list(0);
               write_events(out, timeline, origin);
               out.end_list();
               out.end_map();
             },
             -1) +
         "\n";
}

}  // namespace synergy::client
