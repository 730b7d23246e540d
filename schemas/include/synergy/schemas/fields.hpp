// How a struct is described once, so that every encoding follows from one list of fields.
//
//   struct Requirement {
//     std::string needs;
//     DeviceId on;
//     static void fields(auto& f) {
//       f.required("needs", &Requirement::needs, "what the device must offer");
//       f.optional("on", &Requirement::on, "the device, where the app insists");
//     }
//   };
//
// A fourth argument says what the values are held to (limits.hpp): kPlainName, from_to(1, 256), kAnyNumber.
//
// From the list come msgpack, JSON, YAML files, and the tables of the documentation. A field that is not in
// the list does not travel. The list is a template that nothing instantiates but `describe<T>()`
// (describe.hpp), once for each struct: whoever only uses a message does not pay for its encoding when
// compiling.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "synergy/schemas/limits.hpp"

namespace synergy::schemas {

/// Raw bytes: msgpack `bin`. (JSON shows their number only: they are for machines.)
using Bytes = std::vector<std::uint8_t>;

enum class Presence {
  kRequired,  ///< decoding fails without it
  kOptional,  ///< when absent, the member keeps its default
};

/// Stands for whoever walks a field list where no list is walked; never defined.
class AnyFieldVisitor;
/// A struct with a field list.
template <class T>
concept Described = requires(AnyFieldVisitor& visitor) {
  T::fields(visitor);
};

/// The fields of a described struct as a table that is read at run time (describe.hpp).
struct StructInfo;
/// The table of T, made at the first call. Messages and their parts are instantiated in `schemas/src`; for
/// another struct, the file that encodes or decodes it includes describe.hpp.
template <Described T>
[[nodiscard]] const StructInfo& describe();

/// An enum with names: specialise `kEnumNames<E>` with an array of {value, name}.
template <class E>
inline constexpr std::array<std::pair<E, std::string_view>, 0> kEnumNames{};
template <class E>
concept NamedEnum = std::is_enum_v<E> &&(kEnumNames<E>.size() > 0);

/// Older names of values. Readers still understand them; nobody writes them. Specialise it as kEnumNames.
template <class E>
inline constexpr std::array<std::pair<E, std::string_view>, 0> kEnumAliases{};

template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  for (const auto& [candidate, name] : kEnumNames<E>)
    if (candidate == value) return name;
  return "?";
}

/// The value of that name, older names included; nothing where there is none.
template <NamedEnum E>
constexpr std::optional<E> value_of(std::string_view name) {
  for (const auto& [value, known] : kEnumNames<E>)
    if (known == name) return value;
  for (const auto& [value, known] : kEnumAliases<E>)
    if (known == name) return value;
  return std::nullopt;
}

/// Every message that may travel: its name on the wire, its version, the oldest reader that still understands
/// it, and where it travels.
struct MessageName {
  std::string_view name;
  std::uint32_t version = 1;
  std::uint32_t oldest_reader = 1;
  /// The topic, with a word in capitals for what differs: `state/plan`, `cmd/executor/DEVICE`. Empty: it only
  /// answers commands, on `@PARTICIPANT/reply`.
  std::string_view topic{};
  /// The oldest version that a reader of this one still understands.
  std::uint32_t oldest_read = 1;
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
