// Reads Python's pickle format, protocols 0 to 5, into plain values.
//
// A pickle is a program for a stack machine that can call anything. Here nothing is called: names of classes
// and functions stay names, and what a pickle wants to call becomes a `Call` that holds the name and the
// arguments. The one exception are dictionaries of Python's library, which are made as plain dictionaries.
//
// The format: pickletools.py of Python's library. One opcode makes a few values at most, and text is a part
// of the pickle, so memory grows with the pickle's size only, whatever it says; bytes, sets and numbers
// beyond 64 bits are not kept at all. Depth of nesting needs no limit because nothing here recurses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::accel_import {

/// A larger pickle is refused. That of a network has some ten thousand bytes; what else people keep in a
/// checkpoint, such as arrays of their training, may need more.
inline constexpr std::size_t kMaxPickleBytes = 16u << 20;
/// Values of one pickle, with what its stack and its memo hold: each takes up to a hundred bytes.
inline constexpr std::size_t kMaxPickleValues = 1u << 20;

/// A value of a `Pickle`, by its number there. Values may contain each other in any way, even in circles.
using PickleRef = std::uint32_t;

struct PickleNone {};
struct PickleText {
  std::string text;
};
/// Present, but nothing here reads it: bytes, a set, a number beyond 64 bits, an object of an extension.
struct PickleOpaque {};
struct PickleTuple {
  std::vector<PickleRef> items;
};
struct PickleList {
  std::vector<PickleRef> items;
};
/// In the order of insertion; a key that was set twice stands twice, and the later one counts.
struct PickleDict {
  std::vector<std::pair<PickleRef, PickleRef>> entries;
};
/// A class or function: `torch._utils`, `_rebuild_tensor_v2`. Both are text values.
struct PickleGlobal {
  PickleRef module = 0, name = 0;
};
/// Something that is stored outside the pickle, e.g. the numbers of a tensor; `id` says which.
struct PicklePersistent {
  PickleRef id = 0;
};
/// What the pickle wanted to be called or made, and with what. State it was to be given is dropped.
struct PickleCall {
  PickleRef callable = 0, arguments = 0;
};

using PickleValue =
    std::variant<PickleNone, bool, std::int64_t, double, PickleText, PickleOpaque, PickleTuple, PickleList,
                 PickleDict, PickleGlobal, PicklePersistent, PickleCall>;

/// Owns all values of one pickle.
class Pickle {
 public:
  /// Reads the pickle at the front of `bytes`; what stands behind it is left alone. `name` stands for the
  /// file in errors. Fails with kInvalid: damaged, cut off, larger than the limits above, or with buffers
  /// outside the pickle; the message names the byte.
  [[nodiscard]] static Result<Pickle> parse(std::span<const std::uint8_t> bytes, const std::string& name);

  /// Bytes that the pickle takes of those it was read from.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const PickleValue& root() const { return values_[root_]; }
  [[nodiscard]] const PickleValue& at(PickleRef ref) const { return values_[ref]; }
  /// All values, in the order they were made.
  [[nodiscard]] std::span<const PickleValue> values() const { return values_; }

  /// The value as a T, or null when it is something else.
  template <class T>
  [[nodiscard]] const T* as(PickleRef ref) const {
    return std::get_if<T>(&values_[ref]);
  }
  /// The text of a text value.
  [[nodiscard]] std::optional<std::string_view> text(PickleRef ref) const;
  using Entries = std::vector<std::pair<PickleRef, PickleRef>>;
  /// A dictionary's entries; nothing when `value` is none. An ordered dictionary of Python 2 counts as one,
  /// although it is stored as a call with a list of pairs.
  [[nodiscard]] std::optional<Entries> entries(const PickleValue& value) const;
  /// A dictionary's value for a text key; nothing when `dict` is no dictionary or lacks it.
  [[nodiscard]] std::optional<PickleRef> find(const PickleValue& dict, std::string_view key) const;
  /// Whether the value is the class or function `module.name`.
  [[nodiscard]] bool is_global(PickleRef ref, std::string_view module, std::string_view name) const;

 private:
  friend class PickleMachine;
  Pickle() = default;

  std::vector<PickleValue> values_;
  PickleRef root_ = 0;
  std::size_t size_ = 0;
};

}  // namespace synergy::accel_import
