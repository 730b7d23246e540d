#include "write_text.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
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

  /// What commands write is no database: a name that is one was meant for something else.
  [[nodiscard]] Status check_place() const {
    constexpr std::string_view kDatabase = "SQLite format 3";
    const auto begins = [&](const std::string& file) {
      std::ifstream stream(file, std::ios::binary);
      std::string text(kDatabase.size(), '\0');
      return bool(stream.read(text.data(), std::streamsize(text.size()))) && text == kDatabase;
    };
    auto database = place_.string();
    for (const std::string_view end : {"-wal", "-shm", "-journal", ".lock"})
      if (database.ends_with(end)) database.resize(database.size() - end.size());
    if (in_place_ || !begins(database)) return {};
    return Error{ErrorCode::kConflict, name_ +
                                           ": is an SQLite database, or belongs to one (the mesh's store?), "
                                           "and is not replaced; name another file"};
  }

  Status write(const std::string& text) {
    if (auto status = check_place(); !status) return status;
    if (in_place_) return write_in_place(text, name_, name_);
    waits_ = true;
    return write_in_place(text, beside(), name_);
  }
  /// Where to write to oneself; then take_place().
  std::string place_to_write() {
    waits_ = !in_place_;
    return in_place_ ? name_ : beside();
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

Status make_folder_of(const std::string& name) {
  const auto folder = fs::path(name).parent_path();
  std::error_code failure;
  if (!folder.empty()) fs::create_directories(folder, failure);
  if (failure)
    return Error{ErrorCode::kEnvironment,
                 "the folder " + folder.string() + " can not be made: " + failure.message()};
  return {};
}

}  // namespace

struct TextOutput::File {
  explicit File(const std::string& output)
      : name(output),
        unfinished(output.empty() ? std::optional<Unfinished>() : std::optional<Unfinished>(output)) {}
  ~File() {
    if (unfinished && stream != nullptr) std::fclose(stream);
  }
  [[nodiscard]] Error refused() const {
    return {ErrorCode::kEnvironment,
            (name.empty() ? "standard output" : name) + ": can not be written: " + std::strerror(failure)};
  }

  std::string name;
  std::optional<Unfinished> unfinished;  ///< nothing: standard output
  std::FILE* stream = stdout;
  int failure = 0;
};

TextOutput::TextOutput(std::unique_ptr<File> file) : file_(std::move(file)) {}
TextOutput::TextOutput(TextOutput&&) noexcept = default;
TextOutput::~TextOutput() = default;

Result<TextOutput> TextOutput::open(const std::string& output) {
  auto file = std::make_unique<File>(output);
  if (file->unfinished) {
    if (auto status = file->unfinished->check_place(); !status) return status.error();
    file->stream = std::fopen(file->unfinished->place_to_write().c_str(), "wbe");
    if (file->stream == nullptr) {
      file->failure = errno;
      return file->refused();
    }
  }
  return TextOutput(std::move(file));
}

bool TextOutput::write(std::string_view text) {
  if (file_->failure == 0 && std::fwrite(text.data(), 1, text.size(), file_->stream) != text.size())
    file_->failure = errno;
  return file_->failure == 0;
}

Status TextOutput::finish() {
  if (file_->failure == 0 && std::fflush(file_->stream) != 0) file_->failure = errno;
  if (file_->failure != 0) return file_->refused();
  if (!file_->unfinished) return {};
  const bool closed = std::fclose(std::exchange(file_->stream, nullptr)) == 0;
  if (closed) return file_->unfinished->take_place();
  file_->failure = errno;
  return file_->refused();
}

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
    if (auto status = make_folder_of(file.name); !status) return status;
  for (const auto& file : files)
    if (auto status = waiting.emplace_back(file.name).write(file.content); !status) return status;
  for (auto& file : waiting)
    if (auto status = file.take_place(); !status) return status;
  return {};
}

}  // namespace synergy::cli
