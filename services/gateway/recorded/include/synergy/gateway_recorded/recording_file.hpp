// A recording that lies open: its index, and any message of it. Any thread.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <utility>

#include "synergy/client/recorded_message.hpp"
#include "synergy/client/recording_index.hpp"

namespace synergy::gateway_recorded {

class RecordingFile {
 public:
  RecordingFile(client::RecordingReader reader, client::RecordingIndex index)
      : reader_(std::move(reader)), index_(std::move(index)) {}

  [[nodiscard]] const client::RecordingIndex& index() const { return index_; }
  [[nodiscard]] const std::string& name() const { return reader_.name(); }
  /// Why the file could not be read where it could before; empty: it always could.
  [[nodiscard]] std::string trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

  /// Fails as RecordingReader::packet_at(), and with kInvalid where it is another message.
  template <schemas::Message T>
  [[nodiscard]] Result<T> message(const client::RecordingIndex::Entry& entry) {
    auto packet = read(entry);
    if (!packet) return packet.error();
    return client::message_in<T>(*packet);
  }

 private:
  [[nodiscard]] Result<client::RecordedPacket> read(const client::RecordingIndex::Entry& entry) {
    const std::lock_guard lock(mutex_);
    auto packet = reader_.packet_at(entry.offset);
    if (!packet) trouble_ = packet.error().message;
    return packet;
  }

  mutable std::mutex mutex_;  ///< of the reader and its trouble
  std::string trouble_;
  client::RecordingReader reader_;
  const client::RecordingIndex index_;
};

}  // namespace synergy::gateway_recorded
