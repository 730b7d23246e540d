#include "write_text.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

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

namespace fs = std::filesystem;

/// A file that waits beside its place; gone with this object unless it took it.
class Unfinished {
 public:
  explicit Unfinished(const std::string& name) : name_(name) {
    std::error_code failure;
    place_ = fs::canonical(name, failure);  // of a link, what it points to
    if (failure) place_ = name;
    // A pipe or a device can not be replaced, only written to.
    in_place_ = !failure && !fs::is_regular_file(place_);
  }
  Unfinished(Unfinished&& other) noexcept
      : name_(std::move(other.name_)),
        place_(std::move(other.place_)),
        in_place_(other.in_place_),
        waits_(std::exchange(other.waits_, false)) {}
  Unfinished& operator=(Unfinished&&) = delete;
  ~Unfinished() {
    if (waits_) ::unlink(beside().c_str());  // no folder, should one have been in the way
  }

  Status write(const std::string& text) {
    if (in_place_) return write_in_place(text, name_, name_);
    waits_ = true;
    return write_in_place(text, beside(), name_);
  }
  Status take_place() {
    if (in_place_) return {};
    std::error_code failure;
    fs::rename(beside(), place_, failure);
    if (failure) return Error{ErrorCode::kEnvironment, name_ + ": can not be replaced: " + failure.message()};
    waits_ = false;
    return {};
  }

 private:
  [[nodiscard]] std::string beside() const { return place_.string() + ".new"; }

  std::string name_;  ///< what the user calls it
  fs::path place_;
  bool in_place_ = false, waits_ = false;
};

}  // namespace

Status write_text(const std::string& text, const std::string& output) {
  if (output.empty()) {
    std::fputs(text.c_str(), stdout);
    return {};
  }
  Unfinished file(output);
  if (auto status = file.write(text); !status) return status;
  return file.take_place();
}

Status write_files(std::span<const OutputFile> files) {
  std::vector<Unfinished> waiting;
  for (const auto& file : files)
    if (auto status = waiting.emplace_back(file.name).write(file.content); !status) return status;
  for (auto& file : waiting)
    if (auto status = file.take_place(); !status) return status;
  return {};
}

}  // namespace synergy::cli
