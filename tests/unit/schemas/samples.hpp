// Every described type, and a sample of each in which no field has its default value: the tests walk the
// list, so that a new message or a new field is tested the day it is written.
//
// The list is a table that is read at run time. Only samples.cpp is instantiated for each type, once; a test
// is a loop over structs and bytes, which compiles quickly.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/envelope.hpp"

namespace synergy::schemas_test {

using namespace synergy::schemas;  // NOLINT: the tests of that namespace

/// One described struct, with a value of it that differs from the default in every field and passes its
/// check(). The value is the same in every run.
struct Sample {
  const StructInfo* info = nullptr;
  std::shared_ptr<const void> value;
  std::optional<MessageName> message;                 ///< of a message of the bus
  bool (*equal)(const void*, const void*) = nullptr;  ///< nullptr where values can not be compared
  std::optional<std::size_t> members;                 ///< of the C++ struct, where they can be counted
};

/// The messages of the bus.
[[nodiscard]] const std::vector<Sample>& messages();
/// Those, and what travels inside messages or stands in files that people write.
[[nodiscard]] const std::vector<Sample>& messages_and_parts();
[[nodiscard]] const Sample& sample_of(const StructInfo& info);

template <Described T>
[[nodiscard]] const T& sample() {
  return *static_cast<const T*>(sample_of(describe<T>()).value.get());
}

/// `value` as msgpack, but with field `name` written by `write` instead; `write` must write exactly one
/// value.
using Write = std::function<void(Encoder&)>;
[[nodiscard]] Bytes with_field(const StructInfo& info, const void* value, std::string_view name,
                               const Write& write);
template <Described T>
[[nodiscard]] Bytes with_field(const T& value, std::string_view name, const Write& write) {
  return with_field(describe<T>(), &value, name, write);
}
/// `value` as msgpack, but without field `name`.
[[nodiscard]] Bytes without_field(const StructInfo& info, const void* value, std::string_view name);
template <Described T>
[[nodiscard]] Bytes without_field(const T& value, std::string_view name) {
  return without_field(describe<T>(), &value, name);
}

/// A struct, and one field of it, as msgpack.
[[nodiscard]] Bytes bytes_of(const StructInfo& info, const void* value);
[[nodiscard]] Bytes bytes_of(const FieldInfo& field, const void* value);
/// A struct of that type, from msgpack.
[[nodiscard]] Result<std::shared_ptr<void>> read(const StructInfo& info, const Bytes& bytes);
/// The whole message as it travels.
[[nodiscard]] Bytes sealed(Envelope envelope, const Sample& message);

}  // namespace synergy::schemas_test
