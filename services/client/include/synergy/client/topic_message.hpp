// A message that a person wrote as JSON for a topic: whether it fits there, whether anybody may send it, and
// what it can do to a running mesh.
//
// Pure. What a body is held to is the field list of its message, as for every message of the bus; keys that
// it does not have are refused, because a person mistypes them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "synergy/base/result.hpp"
#include "synergy/schemas/catalogue.hpp"

namespace synergy::client {

struct TopicMessage {
  const schemas::MessageInfo* info = nullptr;
  std::shared_ptr<void> body;  ///< a value of the struct that `info->body` describes

  [[nodiscard]] bool is_command() const { return !info->reply.empty(); }
};

/// Reads the body of a message, or a line as `synergy topic echo` prints it, which names its message. `name`
/// is that of the message; empty where the topic has only one, or the line names it. Fails with kInvalid, and
/// says which messages there are or what is wrong with the field.
[[nodiscard]] Result<TopicMessage> read_topic_message(std::string_view topic, std::string_view json,
                                                      const std::string& name);

/// Fails with kInvalid where the broker would refuse this message from anybody but its owner.
[[nodiscard]] Status check_may_send(std::string_view topic, const schemas::MessageInfo& info);

/// What can go wrong in a running mesh when a person sends this; empty: what the mesh offers to everybody.
[[nodiscard]] std::string danger_of(const schemas::MessageInfo& info);

/// The whole message as bytes. `envelope` has the sender's fields; those of the message are filled in.
[[nodiscard]] schemas::Bytes seal(schemas::Envelope envelope, const TopicMessage& message);

}  // namespace synergy::client
