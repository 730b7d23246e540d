// Reads Python's pickle format (protocol 2, which PyTorch writes) into plain values.
//
// A pickle is a program for a stack machine that can call anything. Here nothing is called: names of classes
// and functions stay names, and what a pickle wants to call becomes a `Call` that holds the name and the
// arguments. The one exception are ordered dictionaries, which are made as plain dictionaries.
//
// The format: pickletools.py of Python's library. One opcode makes one value at most, and text is a part of
// the pickle, so memory grows with the pickle's size only, whatever it says; numbers of values and depth of
// nesting need no limit of their own because nothing here recurses.
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

/// A larger pickle is refused: those of networks that fit the hardware have some ten thousand bytes.
inline constexpr std::size_t kMaxPickleBytes = 2u << 20;

/// A value of a `Pickle`, by its number there. Values may contain each other in any way, even in circles.
using PickleRef = std::uint32_t;

struct PickleNone {};
struct PickleText {
  std::string text;
};
struct PickleBytes {};  ///< present, but nothing here reads them
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
/// A class or function: `torch._utils`, `_rebuild_tensor_v2`.
struct PickleGlobal {
  std::string module, name;
};
/// Something that is stored outside the pickle, e.g. the numbers of a tensor; `id` says which.
struct PicklePersistent {
  PickleRef id = 0;
};
/// What the pickle wanted to be called or made, and with what. State it was to be given is dropped.
struct PickleCall {
  PickleRef callable = 0, arguments = 0;
};

using PickleValue = std::variant<PickleNone, bool, std::int64_t, double, PickleText, PickleBytes, PickleTuple,
                                 PickleList, PickleDict, PickleGlobal, PicklePersistent, PickleCall>;

/// Owns all values of one pickle.
class Pickle {
 public:
  /// `name` stands for the file in errors. Fails with kInvalid: damaged, cut off, an opcode outside protocol
  /// 2, larger than kMaxPickleBytes; the message names the byte.
  [[nodiscard]] static Result<Pickle> parse(std::span<const std::uint8_t> bytes, const std::string& name);

  [[nodiscard]] const PickleValue& root() const { return values_[root_]; }
  [[nodiscard]] const PickleValue& at(PickleRef ref) const { return values_[ref]; }

  /// The value as a T, or null when it is something else.
  template <class T>
  [[nodiscard]] const T* as(PickleRef ref) const {
    return std::get_if<T>(&values_[ref]);
  }
  /// The text of a text value.
  [[nodiscard]] std::optional<std::string_view> text(PickleRef ref) const;
  /// A dictionary's value for a text key; nothing when `dict` is no dictionary or lacks it.
  [[nodiscard]] std::optional<PickleRef> find(const PickleValue& dict, std::string_view key) const;
  /// Whether the value is the class or function `module.name`.
  [[nodiscard]] bool is_global(PickleRef ref, std::string_view module, std::string_view name) const;

 private:
  friend class PickleMachine;
  Pickle() = default;

  std::vector<PickleValue> values_;
  PickleRef root_ = 0;
};

}  // namespace synergy::accel_import
