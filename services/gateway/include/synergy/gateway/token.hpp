// The secret that whoever changes something must know: made once for a run folder, kept in a file of it that
// only its user can read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "synergy/base/result.hpp"

namespace synergy::gateway {

class Token {
 public:
  /// Reads the token of this file, or makes one and keeps it there (mode 0600). A file that others can read,
  /// or that holds no token, is replaced: what was in it may be known. Fails with kEnvironment.
  [[nodiscard]] static Result<Token> kept_in(const std::filesystem::path& file);
  /// A new one that is kept nowhere. Fails with kEnvironment.
  [[nodiscard]] static Result<Token> made();

  [[nodiscard]] const std::string& text() const { return text_; }
  /// Takes the same time for every wrong text of the right length.
  [[nodiscard]] bool is(std::string_view given) const;

 private:
  explicit Token(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Writes a file of mode 0600, whole or not at all: under another name first. Fails with kEnvironment.
Status write_private(const std::filesystem::path& file, std::string_view text);

}  // namespace synergy::gateway
