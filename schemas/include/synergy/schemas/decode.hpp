// From msgpack bytes or a YAML file to a described struct, checked completely at this one boundary.
//
// The wire ignores unknown fields (a newer sender may have more); files written by people do not, because
// there an unknown key is a typing mistake. Errors name the place: `body.devices[2].profile: ...`. Both are
// held to the struct's own check(), where it has one: what was decoded needs no further validation.
#pragma once

#include <concepts>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/base/text.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

enum class Kind { kNull, kBoolean, kInteger, kReal, kText, kBytes, kList, kMap };

/// One value of a decoded tree, borrowed: valid while the tree that made it lives. Cheap to copy.
class Node {
 public:
  /// How one kind of tree is read. A function is called only for the kinds its name says.
  struct Reader {
    Kind (*kind)(const void*);
    bool (*boolean)(const void*);
    bool (*integer)(const void*, std::int64_t& out);  ///< false when it does not fit
    bool (*unsigned_integer)(const void*, std::uint64_t& out);
    double (*real)(const void*);  ///< also for integers
    std::string_view (*text)(const void*);
    std::span<const std::uint8_t> (*bytes)(const void*);
    std::size_t (*size)(const void*);  ///< of a list or a map
    Node (*item)(const void*, std::size_t);
    std::string_view (*key)(const void*, std::size_t);  ///< empty when a map's key is no text
    Node (*value)(const void*, std::size_t);
    std::string (*place)(const void*);  ///< `file:line` or empty
    bool unknown_keys_are_errors;
  };

  Node(const Reader& reader, const void* data) : reader_(&reader), data_(data) {}

  [[nodiscard]] Kind kind() const { return reader_->kind(data_); }
  [[nodiscard]] bool boolean() const { return reader_->boolean(data_); }
  [[nodiscard]] bool integer(std::int64_t& out) const { return reader_->integer(data_, out); }
  [[nodiscard]] bool unsigned_integer(std::uint64_t& out) const {
    return reader_->unsigned_integer(data_, out);
  }
  [[nodiscard]] double real() const { return reader_->real(data_); }
  [[nodiscard]] std::string_view text() const { return reader_->text(data_); }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return reader_->bytes(data_); }
  [[nodiscard]] std::size_t size() const { return reader_->size(data_); }
  [[nodiscard]] Node item(std::size_t i) const { return reader_->item(data_, i); }
  [[nodiscard]] std::string_view key(std::size_t i) const { return reader_->key(data_, i); }
  [[nodiscard]] Node value(std::size_t i) const { return reader_->value(data_, i); }
  [[nodiscard]] bool unknown_keys_are_errors() const { return reader_->unknown_keys_are_errors; }

  /// kInvalid, with the node's own place in front where it knows one.
  [[nodiscard]] Error wrong(const std::string& what) const {
    const auto place = reader_->place(data_);
    return {ErrorCode::kInvalid, place.empty() ? what : place + ": " + what};
  }
  [[nodiscard]] Error expected(std::string_view what) const;

 private:
  const Reader* reader_;
  const void* data_;
};

/// A struct whose values can be wrong although every field is of the right type: `check()` says what is.
template <class T>
concept Checked = requires(const T& value) {
  { value.check() } -> std::same_as<Status>;
};

template <Described T>
Status decode(Node node, T& out);

Status decode(Node node, bool& out);
Status decode(Node node, double& out);
Status decode(Node node, std::string& out);
Status decode(Node node, Bytes& out);
Status decode(Node node, std::int64_t& out);
Status decode(Node node, std::uint64_t& out);

template <class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) Status decode(Node node, T& out) {
  using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
  Wide wide = 0;
  if (auto status = decode(node, wide); !status) return status;
  if (wide < Wide(std::numeric_limits<T>::min()) || wide > Wide(std::numeric_limits<T>::max()))
    return node.wrong("the number " + std::to_string(wide) + " is out of range");
  out = T(wide);
  return {};
}

template <class TimePoint>
requires requires { typename TimePoint::clock; }
Status decode(Node node, TimePoint& out) {
  std::int64_t count = 0;
  if (auto status = decode(node, count); !status) return status;
  out = TimePoint{Duration(count)};
  return {};
}
inline Status decode(Node node, Duration& out) {
  std::int64_t count = 0;
  if (auto status = decode(node, count); !status) return status;
  out = Duration(count);
  return {};
}

template <NamedEnum E>
Status decode(Node node, E& out) {
  if (node.kind() != Kind::kText) return node.expected("a name");
  std::vector<std::string> known;
  for (const auto& [value, name] : kEnumNames<E>) {
    if (name == node.text()) {
      out = value;
      return {};
    }
    known.emplace_back(name);
  }
  return node.wrong(unknown_name("value", node.text(), known));
}

template <class Tag>
Status decode(Node node, StrongId<Tag>& out) {
  std::string text;
  if (auto status = decode(node, text); !status) return status;
  out = StrongId<Tag>(std::move(text));
  return {};
}

template <class T>
Status decode(Node node, std::optional<T>& out);
template <class T>
Status decode(Node node, std::map<std::string, T>& out);

template <class T>
Status decode(Node node, std::vector<T>& out) {
  if (node.kind() != Kind::kList) return node.expected("a list");
  out.clear();
  for (std::size_t i = 0; i < node.size(); ++i) {
    T item{};
    if (auto status = decode(node.item(i), item); !status)
      return status.error().at("[" + std::to_string(i) + "]");
    out.push_back(std::move(item));
  }
  return {};
}
template <class T>
Status decode(Node node, std::optional<T>& out) {
  out.reset();
  if (node.kind() == Kind::kNull) return {};
  T value{};
  if (auto status = decode(node, value); !status) return status;
  out = std::move(value);
  return {};
}
template <class T>
Status decode(Node node, std::map<std::string, T>& out) {
  if (node.kind() != Kind::kMap) return node.expected("a map");
  out.clear();
  for (std::size_t i = 0; i < node.size(); ++i) {
    T item{};
    const std::string name(node.key(i));
    if (auto status = decode(node.value(i), item); !status) return status.error().at(name);
    if (!out.emplace(name, std::move(item)).second) return node.wrong("'" + name + "' is given twice");
  }
  return {};
}

namespace detail {

/// The position of `name` in a map, trying `hint` first: senders that share the field list keep its order.
[[nodiscard]] std::optional<std::size_t> find_key(Node map, std::string_view name, std::size_t hint);
/// Fails when a strict map has a key that is not among `known`, or any key twice.
Status reject_unknown_keys(Node map, const std::vector<std::string>& known);

template <class T, class Struct, class FieldType>
Status decode_field(Node map, const Field<Struct, FieldType>& field, std::size_t position, T& out) {
  const auto found = find_key(map, field.name, position);
  if (!found) {
    if (field.presence == Presence::kOptional) return {};
    return map.wrong("'" + std::string(field.name) + "' is missing (" + std::string(field.about) + ")");
  }
  const Node value = map.value(*found);
  if (value.kind() == Kind::kNull && field.presence == Presence::kOptional) return {};
  if (auto status = decode(value, out.*(field.member)); !status) return status.error().at(field.name);
  return {};
}

}  // namespace detail

/// Fails with kInvalid on the first thing that is wrong; `out` is then partly filled and must not be used.
template <Described T>
Status decode(Node node, T& out) {
  if (node.kind() != Kind::kMap) return node.expected("a map");
  Status status;
  std::apply(
      [&](const auto&... field) {
        if (node.unknown_keys_are_errors())
          status = detail::reject_unknown_keys(node, {std::string(field.name)...});
        std::size_t position = 0;
        (void)((status.has_value() &&
                (status = detail::decode_field(node, field, position++, out)).has_value()) &&
               ...);
      },
      T::fields());
  if constexpr (Checked<T>)
    if (status)
      if (const auto checked = out.check(); !checked) return node.wrong(checked.error().message);
  return status;
}

/// Reads msgpack; hands the root to `read`. Fails with kInvalid when the bytes are no single msgpack value,
/// nest deeper than kMaxDepth, or have a list or map of more than kMaxItems.
inline constexpr std::size_t kMaxDepth = 32;
inline constexpr std::size_t kMaxItems = 65536;
Status with_msgpack_tree(std::span<const std::uint8_t> bytes, const std::function<Status(Node)>& read);

template <class T>
[[nodiscard]] Result<T> from_msgpack(std::span<const std::uint8_t> bytes) {
  T value{};
  auto status = with_msgpack_tree(bytes, [&](Node root) { return decode(root, value); });
  if (!status) return status.error();
  return value;
}

}  // namespace synergy::schemas
