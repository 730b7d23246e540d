// Every message of the bus in one list, walked by the documentation, by `synergy topic echo`, and by tests.
// What the fields of each are: describe.hpp.
#pragma once

#include <string>
#include <vector>

#include "synergy/schemas/envelope.hpp"

namespace synergy::schemas {

struct MessageInfo {
  std::string name;
  std::uint32_t version = 1;
  std::string reply;  ///< name of the answer; empty when it is no command
  const StructInfo* body = nullptr;
};

/// All messages, by name; built once.
[[nodiscard]] const std::vector<MessageInfo>& catalogue();

/// The message tables of `schemas/README.md`, in Markdown.
[[nodiscard]] std::string catalogue_markdown();

/// A whole received message, envelope and body, as one line of JSON. A body of an unknown message is left
/// out.
[[nodiscard]] Result<std::string> message_to_json(std::span<const std::uint8_t> bytes);

}  // namespace synergy::schemas
