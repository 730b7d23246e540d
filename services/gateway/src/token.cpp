#include "synergy/gateway/token.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>

namespace synergy::gateway {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::string_view kDigits = "0123456789abcdef";

Error failed(const std::filesystem::path& file, const char* what) {
  return {ErrorCode::kEnvironment, file.string() + ": " + what + ": " + std::strerror(errno)};
}

Result<std::string> random_text() {
  std::array<std::uint8_t, kTokenBytes> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != ssize_t(bytes.size()))
    return Error{ErrorCode::kEnvironment, "the system gives no random bytes for the token"};
  std::string text;
  for (const auto byte : bytes) (text += kDigits[byte >> 4]) += kDigits[byte & 15];
  return text;
}

bool is_token(std::string_view text) {
  return text.size() == 2 * kTokenBytes && text.find_first_not_of(kDigits) == std::string_view::npos;
}

/// What a file of this user's that nobody else can read holds.
std::optional<std::string> read_private(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  struct stat info {};
  std::string text(2 * kTokenBytes + 1, '\0');
  const bool is_private = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == ::geteuid() &&
                          (info.st_mode & 077) == 0;
  const auto size = is_private ? ::read(fd, text.data(), text.size()) : -1;
  ::close(fd);
  if (size < 0) return std::nullopt;
  text.resize(std::size_t(size));
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

Status write_private(const std::filesystem::path& file, std::string_view text) {
  const auto made = file.string() + ".new";
  (void)::unlink(made.c_str());
  const int fd = ::open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return failed(made, "can not be made");
  const bool written = ::write(fd, text.data(), text.size()) == ssize_t(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written) return failed(made, "can not be written");
  if (::rename(made.c_str(), file.c_str()) != 0) return failed(file, "can not be put in place");
  return {};
}

Result<Token> Token::kept_in(const std::filesystem::path& file) {
  if (auto known = read_private(file); known && is_token(*known)) return Token(std::move(*known));
  auto made = random_text();
  if (!made) return made.error();
  if (auto status = write_private(file, *made + "\n"); !status) return status.error();
  return Token(std::move(*made));
}

Result<Token> Token::made() {
  auto text = random_text();
  if (!text) return text.error();
  return Token(std::move(*text));
}

bool Token::is(std::string_view given) const {
  if (given.size() != text_.size()) return false;
  unsigned different = 0;
  for (std::size_t i = 0; i < text_.size(); ++i)
    different |= unsigned(static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(text_[i]));
  return different == 0;
}

}  // namespace synergy::gateway
