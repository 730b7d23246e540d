#include "write_text.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace synergy::cli {
namespace {

/// `name`: what the user calls the file.
Status write_in_place(const std::string& text, const std::string& file, const std::string& name) {
  std::FILE* out = std::fopen(file.c_str(), "wbe");
  bool written = out != nullptr && std::fwrite(text.data(), 1, text.size(), out) == text.size();
  if (out != nullptr) written = std::fclose(out) == 0 && written;
  if (written) return {};
  return Error{ErrorCode::kEnvironment, name + ": can not be written: " + std::strerror(errno)};
}

}  // namespace

Status write_text(const std::string& text, const std::string& output) {
  namespace fs = std::filesystem;
  if (output.empty()) {
    std::fputs(text.c_str(), stdout);
    return {};
  }
  std::error_code failure;
  const auto there = fs::canonical(output, failure);  // of a link, what it points to
  const auto file = failure ? fs::path(output) : there;
  if (!failure && !fs::is_regular_file(there))
    return write_in_place(text, output, output);  // a pipe, a device
  const auto unfinished = file.string() + ".new";
  auto status = write_in_place(text, unfinished, output);
  failure.clear();
  if (status) fs::rename(unfinished, file, failure);
  if (failure)
    status = Error{ErrorCode::kEnvironment, output + ": can not be replaced: " + failure.message()};
  if (!status) fs::remove(unfinished, failure);
  return status;
}

}  // namespace synergy::cli
