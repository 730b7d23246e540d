// The outcome of anything that can fail in an expected way: a value, or an Error that says why.
//
// The member names follow std::expected (C++23), so that it can take this type's place one day.
// Expected failures travel as values; a broken invariant is a bug and stops the process (`check.hpp`).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "synergy/base/check.hpp"

namespace synergy {

/// Why something failed. Closed: a new kind is a deliberate change, because it goes over the wire by name.
enum class ErrorCode {
  kInvalid,      ///< the input is wrong; the same input fails again
  kNotFound,     ///< it names something that does not exist
  kConflict,     ///< it contradicts what is already there
  kNoFit,        ///< out of resource: memory, layers, devices ("OOR" in reports)
  kUnavailable,  ///< the other side is not there now; trying again may help
  kTimeout,      ///< no answer before the deadline; the other side may still have acted
  kOverloaded,   ///< a bounded queue is full
  kCorrupt,      ///< stored or received bytes are damaged
  kEnvironment,  ///< the machine refused: a file, a socket, a full disk
  kInternal,     ///< none of the above; a bug report is welcome
};

[[nodiscard]] std::string_view name_of(ErrorCode code);
[[nodiscard]] std::optional<ErrorCode> error_code_from(std::string_view name);

struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;  ///< for a person: what was wrong, where, and what to do

  /// The same error with the place it happened put in front: `where: message`.
  [[nodiscard]] Error at(std::string_view where) const { return {code, std::string(where) + ": " + message}; }
  bool operator==(const Error&) const = default;
};

/// A T, or an Error. Reading the value of a failure, or the error of a success, is a bug and stops the
/// process.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT: implicit on purpose, as std::expected
  Result(Error error) : error_(std::move(error)) {}  // NOLINT

  [[nodiscard]] bool has_value() const { return value_.has_value(); }
  explicit operator bool() const { return has_value(); }

  T& value() & {
    SYNERGY_CHECK(value_.has_value(), "a result's value is read only where there is one");
    return *value_;
  }
  const T& value() const& {
    SYNERGY_CHECK(value_.has_value(), "a result's value is read only where there is one");
    return *value_;
  }
  T&& value() && {
    SYNERGY_CHECK(value_.has_value(), "a result's value is read only where there is one");
    return std::move(*value_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const {
    SYNERGY_CHECK(!value_.has_value(), "a result's error is read only where there is one");
    return error_;
  }

 private:
  std::optional<T> value_;
  Error error_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT

  [[nodiscard]] bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] const Error& error() const {
    SYNERGY_CHECK(error_.has_value(), "a status's error is read only where there is one");
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace synergy
