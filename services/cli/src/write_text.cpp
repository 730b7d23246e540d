#include "write_text.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace synergy::cli {

Status write_text(const std::string& text, const std::string& output) {
  if (output.empty()) {
    std::fputs(text.c_str(), stdout);
    return {};
  }
  const auto unfinished = output + ".new";
  std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  std::error_code failure;
  if (file) std::filesystem::rename(unfinished, output, failure);
  if (!file || failure) return Error{ErrorCode::kEnvironment, output + ": can not be written"};
  return {};
}

}  // namespace synergy::cli
