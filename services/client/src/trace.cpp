#include "synergy/client/trace.hpp"

#include <cstdio>
#include <string_view>
#include <utility>

#include "synergy/base/visible_text.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/envelope.hpp"

namespace synergy::client {
namespace {

class TracedTransport final : public bus::Transport {
 public:
  TracedTransport(std::unique_ptr<bus::Transport> inner, Trace trace)
      : inner_(std::move(inner)), trace_(std::move(trace)) {}

  void subscribe(const std::string& prefix) override { inner_->subscribe(prefix); }
  Status send(const std::string& topic, std::span<const std::uint8_t> payload) override {
    auto sent = inner_->send(topic, payload);
    if (sent) tell(true, {topic, {payload.begin(), payload.end()}});
    return sent;
  }
  std::optional<bus::Packet> receive() override {
    auto packet = inner_->receive();
    if (packet) tell(false, *packet);
    return packet;
  }
  [[nodiscard]] std::uint64_t malformed() const override { return inner_->malformed(); }
  void wait(std::span<const int> fds) override { inner_->wait(fds); }

 private:
  void tell(bool sent, const bus::Packet& packet) { trace_(trace_line(clock_.unix(), sent, packet)); }

  std::unique_ptr<bus::Transport> inner_;
  Trace trace_;
  HostClock clock_;
};

/// Where a text may be cut: not within a letter of UTF-8.
std::size_t place_to_cut(const std::string& text, std::size_t at) {
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

schemas::Envelope envelope_of(const bus::Packet& packet) {
  schemas::Envelope seen;
  seen.schema = "(unreadable)";
  (void)schemas::open(packet.payload, [&](const schemas::Envelope& envelope, schemas::Node) -> Status {
    seen = envelope;
    return {};
  });
  return seen;
}

/// The message without its envelope, of which it is the last field; what is wrong with it otherwise.
std::string content_of(const bus::Packet& packet) {
  const auto json = schemas::message_to_json(packet.payload);
  if (!json) return json.error().message;
  constexpr std::string_view kBody = ",\"body\":";  // not within a text: quotes are written \" there
  const auto body = json->find(kBody);
  return body == std::string::npos
             ? *json
             : json->substr(body + kBody.size(), json->size() - body - kBody.size() - 1);
}

}  // namespace

std::string trace_line(UnixTime at, bool sent, const bus::Packet& packet) {
  const auto us = at.time_since_epoch() / std::chrono::microseconds(1) % 1'000'000;
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%06lld", static_cast<long long>(us));
  const auto envelope = envelope_of(packet);
  auto content = content_of(packet);
  if (content.size() > kTracedBytes)
    content = content.substr(0, place_to_cut(content, kTracedBytes)) + " ...";
  const auto from = sent || envelope.sender.empty() ? "" : " from " + envelope.sender;
  return visible(utc_text(at) + fraction + (sent ? " -> " : " <- ") + packet.topic + " " + envelope.schema +
                 " " + std::to_string(packet.payload.size()) + " bytes" + from + " " + content);
}

std::unique_ptr<bus::Transport> traced(std::unique_ptr<bus::Transport> transport, Trace trace) {
  return std::make_unique<TracedTransport>(std::move(transport), std::move(trace));
}

}  // namespace synergy::client
