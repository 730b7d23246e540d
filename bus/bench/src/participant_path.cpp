// The way that every message of the mesh goes: publish<T> of one Participant, the Forwarder, subscribe<T> of
// another.
#include <array>
#include <thread>

#include "path.hpp"
#include "synergy/bus/forwarder.hpp"
#include "synergy/bus/participant.hpp"
#include "synergy/schemas/describe.hpp"
#include "watchdog.hpp"

namespace synergy::bus_bench {
namespace {

struct Sample {
  schemas::Bytes payload;
  static constexpr schemas::MessageName kMessage{"bench.sample"};
  static void fields(auto& f) { f.required("payload", &Sample::payload, "what is carried"); }
};

class ParticipantPath final : public Path {
 public:
  using Transports = std::array<std::unique_ptr<bus::Transport>, 2>;

  ParticipantPath(std::unique_ptr<bus::Forwarder> forwarder, Transports transports)
      : forwarder_(std::move(forwarder)),
        publisher_(std::move(transports[0]), clock_, "bench-publisher"),
        subscriber_(std::move(transports[1]), clock_, "bench-subscriber") {
    subscriber_.subscribe<Sample>(kTopic, [this](const schemas::Envelope&, const Sample& sample) {
      if (sample.payload.size() == sample_.payload.size()) ++received_;
    });
  }

  /// Both join as with the broker's process, which confirms them by a participant of its own.
  Status join(std::unique_ptr<bus::Transport> transport) {
    bus::Participant broker(std::move(transport), clock_, "broker");
    broker.serve<schemas::Join>(
        schemas::topics::command("broker"),
        [&](const schemas::Join&) -> Result<schemas::Joined> { return schemas::Joined{broker.instance()}; });
    publisher_.join();
    subscriber_.join();
    const Watchdog watchdog;
    while (!publisher_.joined() || !subscriber_.joined()) {
      for (auto* one : {&broker, &publisher_, &subscriber_}) {
        (void)one->step();
        one->tick();
      }
      if (watchdog.barked()) return Error{ErrorCode::kInternal, "the participants do not join"};
      std::this_thread::yield();
    }
    return {};
  }

  void resize(std::uint64_t payload_bytes) override { sample_.payload.assign(payload_bytes, 'x'); }
  Status send() override { return publisher_.publish(kTopic, sample_); }
  [[nodiscard]] std::uint64_t bytes_sent() const override {
    return publisher_.counters().at("bus.bytes_sent");
  }
  bool receive() override {
    const auto before = received_;
    return subscriber_.step() && received_ > before;
  }
  void wait(int watchdog) override { subscriber_.wait({&watchdog, 1}); }

 private:
  HostClock clock_;
  std::unique_ptr<bus::Forwarder> forwarder_;
  bus::Participant publisher_, subscriber_;
  Sample sample_;
  std::uint64_t received_ = 0;
};

}  // namespace

Result<std::unique_ptr<Path>> make_our_path(const bus::Endpoints& endpoints) {
  auto forwarder = bus::Forwarder::bind(endpoints, bus::ShareLimits::none());
  if (!forwarder) return forwarder.error();
  std::array<std::unique_ptr<bus::Transport>, 3> transports;
  for (auto& transport : transports) {
    auto connected = bus::Transport::connect(endpoints);
    if (!connected) return connected.error();
    transport = std::move(*connected);
  }
  auto path = std::make_unique<ParticipantPath>(
      std::move(*forwarder), ParticipantPath::Transports{std::move(transports[0]), std::move(transports[1])});
  if (auto status = path->join(std::move(transports[2])); !status) return status.error();
  return std::unique_ptr<Path>(std::move(path));
}

}  // namespace synergy::bus_bench
