// From a described struct to msgpack or JSON. One walk over the table of its fields; the encodings differ
// only in the Encoder they hand to it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

/// Receives the events of one walk, in order. Implementations: msgpack and JSON (src/), YAML (documents).
class Encoder {
 public:
  virtual ~Encoder() = default;
  virtual void null() = 0;
  virtual void boolean(bool value) = 0;
  virtual void integer(std::int64_t value) = 0;
  virtual void unsigned_integer(std::uint64_t value) = 0;
  virtual void real(double value) = 0;
  virtual void text(std::string_view value) = 0;
  virtual void bytes(std::span<const std::uint8_t> value) = 0;
  virtual void begin_map(std::size_t entries) = 0;
  virtual void key(std::string_view name) = 0;
  virtual void end_map() = 0;
  virtual void begin_list(std::size_t items) = 0;
  virtual void end_list() = 0;
  /// Whether optional fields are left out where they have the value that they get when they are absent. The
  /// number of entries given to begin_map counts them all the same. For files that people read.
  [[nodiscard]] virtual bool leaves_out_defaults() const { return false; }
};

/// Writes `value`, a struct of the type that `info` describes.
void encode(Encoder& out, const StructInfo& info, const void* value);
template <Described T>
void encode(Encoder& out, const T& value) {
  encode(out, describe<T>(), &value);
}

/// Hands an Encoder for msgpack to `walk`; returns the bytes it wrote.
[[nodiscard]] Bytes with_msgpack(const std::function<void(Encoder&)>& walk);
/// The same for JSON text; `indent` < 0 writes one line.
[[nodiscard]] std::string with_json(const std::function<void(Encoder&)>& walk, int indent);

/// A described struct; with describe.hpp, also a number, a text, a list of them ...
template <class T>
[[nodiscard]] Bytes to_msgpack(const T& value) {
  return with_msgpack([&](Encoder& out) { encode(out, value); });
}
template <class T>
[[nodiscard]] std::string to_json(const T& value, int indent = -1) {
  return with_json([&](Encoder& out) { encode(out, value); }, indent);
}

}  // namespace synergy::schemas
