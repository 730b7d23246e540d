// How a struct is described once, so that every encoding follows from one list of fields.
//
//   struct Requirement {
//     std::string capability;
//     DeviceId on;
//     static constexpr auto fields() {
//       return std::tuple{required("capability", &Requirement::capability, "what the device must offer"),
//                         optional("on", &Requirement::on, "the device, where the app insists")};
//     }
//   };
//
// From the list come msgpack, JSON, YAML files, and the tables of the documentation (codec.hpp). A field that
// is not in the list does not travel.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace synergy::schemas {

/// Raw bytes: msgpack `bin`. (JSON shows their number only: they are for machines.)
using Bytes = std::vector<std::uint8_t>;

enum class Presence {
  kRequired,  ///< decoding fails without it
  kOptional,  ///< when absent, the member keeps its default
};

template <class Struct, class T>
struct Field {
  std::string_view name;
  T Struct::*member;
  std::string_view about;
  Presence presence;
};

template <class Struct, class T>
constexpr Field<Struct, T> required(std::string_view name, T Struct::*member, std::string_view about) {
  return {name, member, about, Presence::kRequired};
}
template <class Struct, class T>
constexpr Field<Struct, T> optional(std::string_view name, T Struct::*member, std::string_view about) {
  return {name, member, about, Presence::kOptional};
}

/// A struct with a field list.
template <class T>
concept Described = requires {
  T::fields();
};

/// An enum with names: specialise `kEnumNames<E>` with an array of {value, name}.
template <class E>
inline constexpr std::array<std::pair<E, std::string_view>, 0> kEnumNames{};
template <class E>
concept NamedEnum = std::is_enum_v<E> &&(kEnumNames<E>.size() > 0);

template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  for (const auto& [candidate, name] : kEnumNames<E>)
    if (candidate == value) return name;
  return "?";
}

/// Every message that may travel: its name on the wire, its version, and the oldest reader that still
/// understands it.
struct MessageName {
  std::string_view name;
  std::uint32_t version = 1;
  std::uint32_t oldest_reader = 1;
};

template <class T>
concept Message = Described<T> && requires {
  { T::kMessage } -> std::convertible_to<MessageName>;
};

/// A message that asks for an answer of type `Reply`.
template <class T>
concept Command = Message<T> && requires {
  typename T::Reply;
};

}  // namespace synergy::schemas
