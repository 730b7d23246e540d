// Files that commands write.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "synergy/base/result.hpp"

namespace synergy::cli {

/// Writes the file whole or not at all; a pipe or a device is written to; to standard output without a name.
/// Fails with kEnvironment.
Status write_text(const std::string& text, const std::string& output);

/// A file that is written piece by piece and takes its place at the end: until then, and after a failure,
/// what stood there stands. A pipe, a device, and standard output (no name) are written to at once.
class TextOutput {
 public:
  /// Fails with kEnvironment.
  [[nodiscard]] static Result<TextOutput> open(const std::string& output);
  TextOutput(TextOutput&&) noexcept;
  TextOutput& operator=(TextOutput&&) = delete;
  ~TextOutput();

  /// False where it can not be written; finish() then says why.
  bool write(std::string_view text);
  /// Fails with kEnvironment where anything could not be written.
  Status finish();

 private:
  struct File;
  explicit TextOutput(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

struct OutputFile {
  std::string name, content;
};
/// All of the files, or none: each is written beside its place, and only when all are written do they take
/// their places. Folders that are missing are made. Should a place be refused then, the files before it have
/// theirs. Fails with kEnvironment.
Status write_files(std::span<const OutputFile> files);

}  // namespace synergy::cli
