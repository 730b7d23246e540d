// From a described struct to msgpack or JSON. One walk over the field list; the encodings differ only in the
// Encoder they hand to it.
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/base/strong_id.hpp"
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

template <Described T>
void encode(Encoder& out, const T& value);

inline void encode(Encoder& out, bool value) { out.boolean(value); }
inline void encode(Encoder& out, double value) { out.real(value); }
inline void encode(Encoder& out, const std::string& value) { out.text(value); }
inline void encode(Encoder& out, const Bytes& value) { out.bytes(value); }
inline void encode(Encoder& out, Duration value) { out.integer(value.count()); }
inline void encode(Encoder& out, ModelTime value) { out.integer(value.time_since_epoch().count()); }
inline void encode(Encoder& out, UnixTime value) { out.integer(value.time_since_epoch().count()); }

template <class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) void encode(Encoder& out, T value) {
  if constexpr (std::is_signed_v<T>)
    out.integer(value);
  else
    out.unsigned_integer(value);
}
template <NamedEnum E>
void encode(Encoder& out, E value) {
  out.text(name_of(value));
}
template <class Tag>
void encode(Encoder& out, const StrongId<Tag>& value) {
  out.text(value.text());
}
template <class T>
void encode(Encoder& out, const std::optional<T>& value);
template <class T>
void encode(Encoder& out, const std::map<std::string, T>& value);

template <class T>
void encode(Encoder& out, const std::vector<T>& value) {
  out.begin_list(value.size());
  for (const auto& item : value) encode(out, item);
  out.end_list();
}
template <class T>
void encode(Encoder& out, const std::optional<T>& value) {
  if (value)
    encode(out, *value);
  else
    out.null();
}
template <class T>
void encode(Encoder& out, const std::map<std::string, T>& value) {
  out.begin_map(value.size());
  for (const auto& [name, item] : value) {
    out.key(name);
    encode(out, item);
  }
  out.end_map();
}

namespace detail {

template <class Struct, class T>
void encode_field(Encoder& out, const Struct& value, const Field<Struct, T>& field) {
  if constexpr (std::equality_comparable<Struct>)
    if (out.leaves_out_defaults() && field.presence == Presence::kOptional &&
        value.*(field.member) == Struct{}.*(field.member))
      return;
  out.key(field.name);
  encode(out, value.*(field.member));
}

}  // namespace detail

template <Described T>
void encode(Encoder& out, const T& value) {
  std::apply(
      [&](const auto&... field) {
        out.begin_map(sizeof...(field));
        (detail::encode_field(out, value, field), ...);
        out.end_map();
      },
      T::fields());
}

/// Hands an Encoder for msgpack to `walk`; returns the bytes it wrote.
[[nodiscard]] Bytes with_msgpack(const std::function<void(Encoder&)>& walk);
/// The same for JSON text; `indent` < 0 writes one line.
[[nodiscard]] std::string with_json(const std::function<void(Encoder&)>& walk, int indent);

template <class T>
[[nodiscard]] Bytes to_msgpack(const T& value) {
  return with_msgpack([&](Encoder& out) { encode(out, value); });
}
template <class T>
[[nodiscard]] std::string to_json(const T& value, int indent = -1) {
  return with_json([&](Encoder& out) { encode(out, value); }, indent);
}

}  // namespace synergy::schemas
