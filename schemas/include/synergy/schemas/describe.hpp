// The table that is made of a struct's field list, and what it holds for each type a field may have.
//
// Include it where structs are described, encoded or decoded that are no messages of the bus, never in a
// header that many include: the templates here are what encoding costs to compile. What walks a table
// (encode, decode, the documentation) is no template and stands in src/.
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/base/check.hpp"
#include "synergy/base/clock.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/base/text.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/encode.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

/// One name of an enum.
struct EnumName {
  std::int64_t value;
  std::string_view name;
};

/// What a value is on the wire.
enum class ValueKind { kBoolean, kInteger, kNumber, kText, kEnum, kBytes, kList, kMap, kStruct, kOwnForm };

/// How the values of one C++ type travel. One constant for each type: `kTypeInfo<T>`.
struct TypeInfo {
  std::string (*name)();  ///< for people: `integer`, `list of Chunk`
  void (*encode)(Encoder& out, const void* value);
  Status (*decode)(Node node, void* out);
  const StructInfo* (*part)();                   ///< the struct that it is or holds many of; nullptr: none
  const std::vector<EnumName>& (*enum_names)();  ///< of an enum, or of a list of them; else empty
  ValueKind kind;
  const TypeInfo* (*item)();  ///< of a list or a map: the type of its items; else nullptr
  std::int64_t least;         ///< of an integer: what the C++ type holds
  std::uint64_t most;
};

struct FieldInfo {
  std::string_view name, about;
  Presence presence = Presence::kRequired;
  std::size_t offset = 0;  ///< of the member in its struct
  const TypeInfo* type = nullptr;
  Limits limits{};

  [[nodiscard]] const void* in(const void* value) const {
    return static_cast<const std::byte*>(value) + offset;
  }
  [[nodiscard]] void* in(void* value) const { return static_cast<std::byte*>(value) + offset; }
};

struct StructInfo {
  std::string_view name;  ///< of the C++ struct, without its namespaces
  std::vector<FieldInfo> fields;
  Status (*check)(const void* value) = nullptr;  ///< the struct's own check(); nullptr where it has none
  std::shared_ptr<void> (*make)() = nullptr;     ///< a value with every member at its default
  std::shared_ptr<void> defaults;                ///< one of these
};

namespace detail {

template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = !std::is_same_v<T, std::uint8_t>;
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsMap = false;
template <class T>
inline constexpr bool kIsMap<std::map<std::string, T>> = true;
template <class T>
inline constexpr bool kIsId = false;
template <class Tag>
inline constexpr bool kIsId<StrongId<Tag>> = true;
template <class T>
concept TimePoint = requires {
  typename T::clock;
};
template <class T>
concept Integer = std::is_integral_v<T> && !std::is_same_v<T, bool>;

/// Neither a struct with a field list nor of a type that has a rule here.
template <class T>
concept HasOwnForm = std::is_class_v<T> && !Described<T> && !kIsList<T> && !kIsOptional<T> && !kIsMap<T> &&
                     !kIsId<T> && !TimePoint<T> && !std::is_same_v<T, std::string> &&
                     !std::is_same_v<T, Bytes> && !std::is_same_v<T, Duration>;

}  // namespace detail

/// Encodes and decodes a value that is no struct. A type with a form of its own brings
/// `encode(Encoder&, const T&)` and `decode(Node, T&)`, found by its namespace; one that is only read needs
/// the second.
template <class T>
requires(!Described<T> && !detail::HasOwnForm<T>) void encode(Encoder& out, const T& value);
template <class T>
requires(!Described<T> && !detail::HasOwnForm<T>) Status decode(Node node, T& out);

/// Calls `visit` with {name, member, about, presence} of each field, in order. For code that needs the
/// member's type; all else reads `describe<T>()`.
template <Described T, class Visit>
void for_each_field(Visit visit);

// Implementation.

namespace detail {

template <class T>
void encode_value(Encoder& out, const void* value);

/// The name that the compiler has for T, without its namespaces. GCC and Clang write `[with T = a::b::T]` or
/// `[T = a::b::T]` into the name of a function; the value only shows in documentation.
template <class T>
std::string_view type_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  const auto begin = text.find("T = ") + 4;
  text = text.substr(begin, text.find_first_of(";]", begin) - begin);
  return text.substr(text.rfind(':') + 1);
}

template <NamedEnum E>
const std::vector<EnumName>& enum_names() {
  static const auto names = [] {
    std::vector<EnumName> list;
    for (const auto& [value, name] : kEnumNames<E>) list.push_back({std::int64_t(value), name});
    return list;
  }();
  return names;
}

/// What is wrong with a node that is none of these names.
Error decode_enum(Node node, const std::vector<EnumName>& names);

/// The type that stands inside lists, maps and optionals, at any depth.
template <class T>
struct Innermost {
  using Type = T;
};
template <class T>
requires(kIsList<T> || kIsOptional<T>) struct Innermost<T> : Innermost<typename T::value_type> {
};
template <class T>
requires(kIsMap<T>) struct Innermost<T> : Innermost<typename T::mapped_type> {
};

template <class T>
std::string type_text() {
  if constexpr (std::is_same_v<T, bool>)
    return "boolean";
  else if constexpr (Integer<T> || std::is_same_v<T, Duration> || TimePoint<T>)
    return "integer";
  else if constexpr (std::is_floating_point_v<T>)
    return "number";
  else if constexpr (std::is_same_v<T, Bytes>)
    return "bytes";
  else if constexpr (kIsList<T>)
    return "list of " + type_text<typename T::value_type>();
  else if constexpr (kIsMap<T>)
    return "map of " + type_text<typename T::mapped_type>();
  else if constexpr (kIsOptional<T>)
    return type_text<typename T::value_type>();
  else if constexpr (Message<T>)
    return std::string(T::kMessage.name);
  else if constexpr (Described<T> || NamedEnum<T>)
    return std::string(type_name<T>());
  else
    return "text";  // text, ids
}

/// What T is on the wire; an optional is what it holds.
template <class T>
constexpr ValueKind kind_of() {
  if constexpr (kIsOptional<T>)
    return kind_of<typename T::value_type>();
  else if constexpr (std::is_same_v<T, bool>)
    return ValueKind::kBoolean;
  else if constexpr (Integer<T> || std::is_same_v<T, Duration> || TimePoint<T>)
    return ValueKind::kInteger;
  else if constexpr (std::is_floating_point_v<T>)
    return ValueKind::kNumber;
  else if constexpr (std::is_same_v<T, Bytes>)
    return ValueKind::kBytes;
  else if constexpr (kIsList<T>)
    return ValueKind::kList;
  else if constexpr (kIsMap<T>)
    return ValueKind::kMap;
  else if constexpr (Described<T>)
    return ValueKind::kStruct;
  else if constexpr (NamedEnum<T>)
    return ValueKind::kEnum;
  else if constexpr (std::is_same_v<T, std::string> || kIsId<T>)
    return ValueKind::kText;
  else
    return ValueKind::kOwnForm;
}

template <class T>
const TypeInfo* item_of();

/// T without the optional around it.
template <class T>
struct Held {
  using Type = T;
};
template <class T>
requires(kIsOptional<T>) struct Held<T> {
  using Type = typename T::value_type;
};

/// T where it is an integer; of times, what counts them.
template <class T>
using Counted = std::conditional_t<Integer<typename Held<T>::Type>, typename Held<T>::Type, std::int64_t>;

template <class T>
const StructInfo* part_of() {
  using Inner = typename Innermost<T>::Type;
  if constexpr (Described<Inner>)
    return &describe<Inner>();
  else
    return nullptr;
}

template <class T>
const std::vector<EnumName>& enum_names_of() {
  using Inner = typename Innermost<T>::Type;
  if constexpr (NamedEnum<Inner>) {
    return enum_names<Inner>();
  } else {
    static const std::vector<EnumName> none;
    return none;
  }
}

}  // namespace detail

template <class T>
requires(!Described<T> && !detail::HasOwnForm<T>) void encode(Encoder& out, const T& value) {
  using namespace detail;
  if constexpr (std::is_same_v<T, bool>) {
    out.boolean(value);
  } else if constexpr (Integer<T>) {
    if constexpr (std::is_signed_v<T>)
      out.integer(value);
    else
      out.unsigned_integer(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    out.real(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    out.text(value);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    out.bytes(value);
  } else if constexpr (std::is_same_v<T, Duration>) {
    out.integer(value.count());
  } else if constexpr (TimePoint<T>) {
    out.integer(value.time_since_epoch().count());
  } else if constexpr (NamedEnum<T>) {
    out.text(name_of(value));
  } else if constexpr (kIsId<T>) {
    out.text(value.text());
  } else if constexpr (kIsOptional<T>) {
    if (value)
      encode_value<typename T::value_type>(out, &*value);
    else
      out.null();
  } else if constexpr (kIsMap<T>) {
    out.begin_map(value.size());
    for (const auto& [name, item] : value) {
      out.key(name);
      encode_value<typename T::mapped_type>(out, &item);
    }
    out.end_map();
  } else {
    static_assert(kIsList<T>, "no rule says how this type travels");
    out.begin_list(value.size());
    for (const auto& item : value) encode_value<typename T::value_type>(out, &item);
    out.end_list();
  }
}

template <class T>
requires(!Described<T> && !detail::HasOwnForm<T>) Status decode(Node node, T& out) {
  using namespace detail;
  if constexpr (Integer<T>) {
    std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t> wide = 0;
    if (auto status = decode(node, wide); !status) return status;
    if (wide < std::numeric_limits<T>::min() || wide > std::numeric_limits<T>::max())
      return node.wrong("the number " + std::to_string(wide) + " is out of range");
    out = T(wide);
    return {};
  } else if constexpr (std::is_same_v<T, Duration> || TimePoint<T>) {
    std::int64_t count = 0;
    if (auto status = decode(node, count); !status) return status;
    out = T(Duration(count));
    return {};
  } else if constexpr (NamedEnum<T>) {
    if (node.kind() == Kind::kText)
      if (const auto named = value_of<T>(node.text())) {
        out = *named;
        return {};
      }
    return decode_enum(node, enum_names<T>());
  } else if constexpr (kIsId<T>) {
    std::string text;
    if (auto status = decode(node, text); !status) return status;
    out = T(std::move(text));
    return {};
  } else if constexpr (kIsOptional<T>) {
    out.reset();
    if (node.kind() == Kind::kNull) return {};
    return decode(node, out.emplace());
  } else if constexpr (kIsMap<T>) {
    if (node.kind() != Kind::kMap) return node.expected("a map");
    out.clear();
    Findings findings(node);
    for (std::size_t i = 0; i < node.size() && findings.go_on(); ++i) {
      const auto name = visible(node.key(i));
      const auto [entry, is_new] = out.try_emplace(name);
      if (is_new)
        findings.note(decode(node.value(i), entry->second), name);
      else
        findings.note(node.value(i).wrong("'" + name + "' is given twice"));
    }
    return findings.status();
  } else {
    static_assert(kIsList<T>, "no rule says how this type travels");
    if (node.kind() != Kind::kList) return node.expected("a list");
    out.clear();
    Findings findings(node);
    for (std::size_t i = 0; i < node.size() && findings.go_on(); ++i)
      if (auto status = decode(node.item(i), out.emplace_back()); !status)
        findings.note(status, "[" + std::to_string(i) + "]");
    return findings.status();
  }
}

namespace detail {

template <class T>
void encode_value(Encoder& out, const void* value) {
  if constexpr (requires(const T& known) { encode(out, known); })
    encode(out, *static_cast<const T*>(value));
  else
    SYNERGY_CHECK(false, "a value of a type that is only read is not written");
}

}  // namespace detail

template <class T>
inline constexpr TypeInfo kTypeInfo{
    &detail::type_text<T>,
    &detail::encode_value<T>,
    [](Node node, void* out) { return decode(node, *static_cast<T*>(out)); },
    &detail::part_of<T>,
    &detail::enum_names_of<T>,
    detail::kind_of<T>(),
    &detail::item_of<T>,
    std::int64_t(std::numeric_limits<detail::Counted<T>>::min()),
    std::uint64_t(std::numeric_limits<detail::Counted<T>>::max()),
};

namespace detail {

template <class T>
const TypeInfo* item_of() {
  using Whole = typename Held<T>::Type;
  if constexpr (kIsList<Whole>)
    return &kTypeInfo<typename Whole::value_type>;
  else if constexpr (kIsMap<Whole>)
    return &kTypeInfo<typename Whole::mapped_type>;
  else
    return nullptr;
}

/// Writes the fields of T, as T::fields() names them, into a table.
template <class T>
class TableMaker {
 public:
  explicit TableMaker(StructInfo& info) : info_(info), probe_(static_cast<const T*>(info.defaults.get())) {}
  template <class Member>
  void required(std::string_view name, Member T::*member, std::string_view about, const Limits& limits = {}) {
    add(name, member, about, Presence::kRequired, limits);
  }
  template <class Member>
  void optional(std::string_view name, Member T::*member, std::string_view about, const Limits& limits = {}) {
    add(name, member, about, Presence::kOptional, limits);
  }

 private:
  template <class Member>
  void add(std::string_view name, Member T::*member, std::string_view about, Presence presence,
           const Limits& limits) {
    const auto offset =
        reinterpret_cast<const std::byte*>(&(probe_->*member)) - reinterpret_cast<const std::byte*>(probe_);
    info_.fields.push_back({name, about, presence, std::size_t(offset), &kTypeInfo<Member>, limits});
  }

  StructInfo& info_;
  const T* probe_;
};

template <class Struct, class T>
struct TypedField {
  std::string_view name;
  T Struct::*member;
  std::string_view about;
  Presence presence;
};

template <class T, class Visit>
struct TypedVisitor {
  Visit& visit;
  template <class Member>
  void required(std::string_view name, Member T::*member, std::string_view about, const Limits& = {}) {
    visit(TypedField<T, Member>{name, member, about, Presence::kRequired});
  }
  template <class Member>
  void optional(std::string_view name, Member T::*member, std::string_view about, const Limits& = {}) {
    visit(TypedField<T, Member>{name, member, about, Presence::kOptional});
  }
};

}  // namespace detail

template <Described T, class Visit>
void for_each_field(Visit visit) {
  detail::TypedVisitor<T, Visit> visitor{visit};
  T::fields(visitor);
}

template <Described T>
const StructInfo& describe() {
  static const auto info = [] {
    StructInfo made;
    made.name = detail::type_name<T>();
    made.make = []() -> std::shared_ptr<void> { return std::make_shared<T>(); };
    made.defaults = made.make();
    if constexpr (Checked<T>)
      made.check = [](const void* value) -> Status { return static_cast<const T*>(value)->check(); };
    detail::TableMaker<T> maker(made);
    T::fields(maker);
    return made;
  }();
  return info;
}

}  // namespace synergy::schemas
