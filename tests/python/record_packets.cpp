// What bus::Participant puts on the bus, with a clock that is moved by hand: a list of JSON for
// test_packets.py, which does the same with the Python package and compares byte for byte.
//
// Each scenario prints its participant's name and instance, and its packets with the time at which they were
// sent.
#include <cstdio>
#include <string>

#include "fake_transport.hpp"
#include "synergy/bus/participant.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/frame.hpp"
#include "synergy/schemas/plan_commands.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy {
namespace {

using bus::FakeTransport;
using bus::Participant;
namespace topics = schemas::topics;
using namespace std::chrono_literals;

class Scenario {
 public:
  explicit Scenario(const std::string& name)
      : bus_(std::make_unique<FakeTransport>(wire_), clock_, "client-" + name) {
    std::printf("%s {\"scenario\": \"%s\", \"name\": \"%s\", \"instance\": %llu, \"packets\": [",
                scenarios_++ == 0 ? "[" : ",\n", name.c_str(), bus_.name().c_str(),
                static_cast<unsigned long long>(bus_.instance()));
  }
  ~Scenario() { std::printf("]}"); }

  Participant& bus() { return bus_; }
  FakeTransport::Wire& wire() { return wire_; }

  /// Ten milliseconds at a time, as a command looks around.
  void advance(Duration time) {
    print();
    for (Duration passed{0}; passed < time; passed += 10ms) {
      clock_.advance(10ms);
      bus_.tick();
      print();
    }
  }

  /// The broker answers the last join, by a clock that is so much ahead.
  void answer_join(std::uint64_t epoch, Duration ahead = Duration{0}) {
    schemas::Envelope envelope;
    envelope.sender = "broker";
    envelope.instance = 1;
    envelope.request_id = last_join_;
    envelope.sent_unix_ns = clock_.unix() + ahead;
    take(topics::reply_to(bus_.name()), schemas::seal(envelope, schemas::Joined{epoch}));
  }

  void take(const std::string& topic, schemas::Bytes payload) {
    wire_.arriving.push_back({topic, std::move(payload)});
    while (bus_.step()) {
    }
    bus_.tick();
    print();
  }

  template <schemas::Command C>
  std::string call(const std::string& topic, const C& command, Duration timeout) {
    return bus_.call(topic, command, timeout, [](const auto&) {});
  }

 private:
  void print() {
    for (const auto& packet : wire_.sent) {
      std::printf("%s\n  {\"at\": %lld, \"topic\": \"%s\", \"bytes\": \"", packets_++ == 0 ? "" : ",",
                  static_cast<long long>(clock_.monotonic().time_since_epoch().count()),
                  packet.topic.c_str());
      for (const auto byte : packet.payload) std::printf("%02x", byte);
      std::printf("\"}");
      const auto envelope = bus::envelope_of(packet);
      if (envelope.schema == schemas::Join::kMessage.name) last_join_ = envelope.request_id;
    }
    wire_.sent.clear();
  }

  static inline int scenarios_ = 0;
  int packets_ = 0;
  std::string last_join_;
  ManualClock clock_;
  FakeTransport::Wire wire_;
  Participant bus_;
};

schemas::AppRequest request() {
  schemas::AppRequest app;
  app.app = AppId("seen");
  app.model = ModelId("digits");
  app.sensing = {"camera", DeviceId("glasses")};
  app.interaction = {"display", {}};
  app.rate = 12.5;
  app.priority = -3;
  app.trigger = schemas::Trigger::kFrame;
  return app;
}

schemas::FrameFeed frame() {
  schemas::FrameFeed frame;
  frame.sensor = "camera";
  frame.id = "übung-1";
  frame.dtype = schemas::ElementType::kInt8;
  frame.shape = {1, 2, 200};
  for (int i = 0; i < 400; ++i) frame.data.push_back(std::uint8_t(i));
  return frame;
}

schemas::PlanAgain again() {
  schemas::PlanAgain again;
  again.policy = "synergy";
  again.objective = schemas::Objective::kEnergy;
  again.pin.emplace();
  schemas::PlacedApp app;
  app.app = AppId("seen");
  app.chunks = {{DeviceId("glasses"), 0, 2}, {DeviceId("watch"), 3, 4}};
  app.rate = 4;
  again.pin->apps = {app};
  return again;
}

/// Nobody answers: not the join, and not what is asked meanwhile.
void unanswered() {
  Scenario scenario("unanswered");
  scenario.bus().join();
  scenario.advance(3s);
  (void)scenario.call(topics::command("dispatcher"), schemas::AppSubmit{request()}, 30min);
  scenario.advance(9s);
}

/// Every kind of request, and what is answered is not repeated.
void requests() {
  Scenario scenario("requests");
  scenario.bus().join();
  scenario.advance(20ms);
  scenario.answer_join(77, 10s);  // by a clock that commands are held to
  const auto answered = scenario.call(topics::command("dispatcher"), schemas::AppSubmit{request()}, 30min);
  (void)scenario.call(topics::command("dispatcher"), schemas::AppTry{request()}, 30min);
  (void)scenario.call(topics::executor(DeviceId("glasses")), frame(), 20s);
  (void)scenario.call(topics::command("dispatcher"), schemas::AppStop{AppId("seen")}, 30min);
  (void)scenario.call(topics::command("dispatcher"), again(), 30min);
  schemas::BodyChange battery;
  battery.device = DeviceId("ring");
  battery.battery_percent = 12.5;
  (void)scenario.call(topics::command("monitor"), battery, 20s);
  (void)scenario.call(topics::command("store"), schemas::QueryHistory{7}, 20s);
  (void)scenario.call(topics::command("store"), schemas::QueryPlan{1ull << 40}, 20s);
  (void)scenario.call(topics::command("store"), schemas::QueryRuns{AppId("seen"), 300, 1000}, 20s);
  (void)scenario.call(topics::command("store"), schemas::QueryFrames{DeviceId("glasses"), {1, 65536}}, 20s);
  scenario.advance(600ms);
  scenario.take(topics::reply_to(scenario.bus().name()),
                bus::sealed(schemas::AppSubmitted{AppId("seen"), 1, 0}, "dispatcher", 0, answered));
  scenario.advance(22s);
}

/// Another broker comes: joined again, own states sent again, and what waits goes in order.
void restart() {
  Scenario scenario("restart");
  auto& bus = scenario.bus();
  bus.join();
  (void)bus.publish("state/mine", schemas::Done{"first"});
  (void)bus.publish("event/mine/seen", schemas::Done{"waits until joined"});
  (void)bus.publish("mine/else", schemas::Done{"telemetry"});
  scenario.advance(20ms);
  scenario.answer_join(77);
  (void)bus.publish("state/mine", schemas::Done{"second"});
  (void)bus.publish("event/mine/seen", schemas::Done{"goes at once"});
  scenario.wire().full = true;
  (void)bus.publish("state/mine", schemas::Done{"waits for room"});
  (void)bus.publish("run/mine", schemas::Done{"as well"});
  (void)scenario.call(topics::command("store"), schemas::LoadState{}, 5s);
  scenario.advance(40ms);
  scenario.wire().full = false;
  scenario.advance(300ms);
  scenario.take("state/broker", bus::sealed(schemas::BrokerState{77, {}}, "broker", 1));
  scenario.take("state/broker", bus::sealed(schemas::BrokerState{78, {}}, "broker", 2));
  scenario.advance(300ms);
  scenario.answer_join(78);
  scenario.advance(7s);
}

}  // namespace
}  // namespace synergy

int main() {
  synergy::unanswered();
  synergy::requests();
  synergy::restart();
  std::printf("]\n");
}
