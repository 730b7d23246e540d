#include "synergy/documents/file.hpp"

#include <fstream>

namespace synergy::documents {

Result<std::uint64_t> size_of_file(const std::filesystem::path& path) {
  const auto name = path.string();
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (!std::filesystem::exists(status))
    return Error{ErrorCode::kNotFound, name + ": " + (failure ? failure.message() : "no such file")};
  if (!std::filesystem::is_regular_file(status))
    return Error{ErrorCode::kInvalid, name + ": not a regular file"};
  const std::uint64_t size = std::filesystem::file_size(path, failure);
  if (failure) return Error{ErrorCode::kEnvironment, name + ": " + failure.message()};
  return size;
}

Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path, std::uint64_t most) {
  const auto size = size_of_file(path);
  if (!size) return size.error();
  if (*size > most)
    return Error{ErrorCode::kInvalid, path.string() + ": has " + std::to_string(*size) + " bytes; at most " +
                                          std::to_string(most) + " are read"};
  std::vector<std::uint8_t> bytes(*size);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()), std::streamsize(bytes.size()));
  if (!file) return Error{ErrorCode::kEnvironment, path.string() + ": can not be read"};
  return bytes;
}

}  // namespace synergy::documents
