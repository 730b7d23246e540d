// SHA-256 of bytes, as lower-case hexadecimal text: the identity of a model's content.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace synergy::documents {

[[nodiscard]] std::string sha256(std::span<const std::uint8_t> bytes);

}  // namespace synergy::documents
