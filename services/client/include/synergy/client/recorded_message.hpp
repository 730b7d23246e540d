// The message in a recorded packet.
#pragma once

#include "synergy/client/recording.hpp"

namespace synergy::client {

/// Fails with kInvalid where it is another one, of a version that is not read, or damaged.
template <schemas::Message T>
[[nodiscard]] Result<T> message_in(const RecordedPacket& packet) {
  T message{};
  auto status = schemas::open(packet.payload, [&](const schemas::Envelope& envelope, schemas::Node body) {
    if (auto readable = schemas::check_readable<T>(envelope); !readable) return readable;
    return schemas::decode(body, message);
  });
  if (!status) return status.error();
  return message;
}

}  // namespace synergy::client
