// From msgpack bytes, JSON or a YAML file to a described struct, checked completely at this one boundary.
//
// The wire ignores unknown fields (a newer sender may have more); files written by people do not, because
// there an unknown key is a typing mistake. Errors name the place: `body.devices[2].profile: ...`. Both are
// held to the struct's own check(), where it has one: what was decoded needs no further validation.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "synergy/base/result.hpp"
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
    std::string (*place)(const void*);  ///< `file:line:column` or empty
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

/// What is wrong with a value made of others. Of a message only the first finding counts, because whoever
/// sent it is a program; of a file all are told, a line each, because a person mends them.
class Findings {
 public:
  explicit Findings(Node node) : all_(node.unknown_keys_are_errors()) {}

  /// Takes note of a failure of the part `where`, which may be empty.
  void note(const Status& status, std::string_view where = {});
  /// Whether the next part is still to be looked at.
  [[nodiscard]] bool go_on() const { return found_.empty() || all_; }
  [[nodiscard]] Status status() const;

 private:
  bool all_;
  std::string found_;
};

/// A struct whose values can be wrong although every field is of the right type: `check()` says what is.
template <class T>
concept Checked = requires(const T& value) {
  { value.check() } -> std::same_as<Status>;
};

/// Fills `out`, a struct of the type that `info` describes. Fails with kInvalid; see Findings for what is
/// told. `out` is then partly filled and must not be used.
Status decode(Node node, const StructInfo& info, void* out);
template <Described T>
Status decode(Node node, T& out) {
  return decode(node, describe<T>(), &out);
}

Status decode(Node node, bool& out);
Status decode(Node node, double& out);
Status decode(Node node, std::string& out);
Status decode(Node node, Bytes& out);
Status decode(Node node, std::int64_t& out);
Status decode(Node node, std::uint64_t& out);

/// The position of `name` in a map, trying `hint` first: senders that share the field list keep its order.
[[nodiscard]] std::optional<std::size_t> find_key(Node map, std::string_view name, std::size_t hint);

/// Reads msgpack; hands the root to `read`. Fails with kInvalid when the bytes are no single msgpack value,
/// nest deeper than kMaxDepth, or have a list or map of more than kMaxItems.
inline constexpr std::size_t kMaxDepth = 32;
inline constexpr std::size_t kMaxItems = 65536;
Status with_msgpack_tree(std::span<const std::uint8_t> bytes, const std::function<Status(Node)>& read);

/// What becomes of keys that a struct does not have.
enum class UnknownKeys { kIgnored, kRefused };
/// Reads JSON; hands the root to `read`. Fails with kInvalid when the text is not JSON in UTF-8 (with line
/// and column), or nests deeper than kMaxDepth.
Status with_json_tree(std::string_view text, UnknownKeys unknown, const std::function<Status(Node)>& read);

/// A described struct, of JSON that somebody wrote by hand or a program made: unknown keys are refused.
template <class T>
[[nodiscard]] Result<T> from_json(std::string_view text) {
  T value{};
  auto status = with_json_tree(text, UnknownKeys::kRefused, [&](Node root) { return decode(root, value); });
  if (!status) return status.error();
  return value;
}

/// A described struct; with describe.hpp, also a number, a text, a list of them ...
template <class T>
[[nodiscard]] Result<T> from_msgpack(std::span<const std::uint8_t> bytes) {
  T value{};
  auto status = with_msgpack_tree(bytes, [&](Node root) { return decode(root, value); });
  if (!status) return status.error();
  return value;
}

}  // namespace synergy::schemas
