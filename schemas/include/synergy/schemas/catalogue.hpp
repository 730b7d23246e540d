// Every message of the bus in one list, walked by the documentation, by `synergy topic echo`, and by tests.
// What the fields of each are: describe.hpp.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/schemas/envelope.hpp"

namespace synergy::schemas {

struct EnumName;

struct MessageInfo {
  std::string name;
  std::uint32_t version = 1;
  std::uint32_t oldest_reader = 1;
  std::string topic;  ///< as in MessageName; empty when it only answers
  std::string reply;  ///< name of the answer; empty when it is no command
  const StructInfo* body = nullptr;
};

/// All messages, by name; built once.
[[nodiscard]] const std::vector<MessageInfo>& catalogue();

/// The structs that travel inside messages and are no messages themselves; the names of enums. By name.
[[nodiscard]] const std::map<std::string_view, const StructInfo*>& parts_of_messages();
[[nodiscard]] const std::map<std::string, const std::vector<EnumName>*>& enums_of_messages();

/// The message tables of `schemas/README.md`, in Markdown.
[[nodiscard]] std::string catalogue_markdown();

/// The same and more as one JSON document, from which programs in other languages are made. Its shape stands
/// in `schemas/README.md`, "The catalogue as data".
[[nodiscard]] std::string catalogue_json();

/// A whole received message, envelope and body, as one line of JSON. A body of an unknown message is left
/// out.
[[nodiscard]] Result<std::string> message_to_json(std::span<const std::uint8_t> bytes);

}  // namespace synergy::schemas
