#include "synergy/gateway/page.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "synergy/base/visible_text.hpp"

namespace synergy::gateway {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNoPage =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Synergy Mesh</title></head>\n"
    "<body><h1>Synergy Mesh</h1>\n"
    "<p>The mesh runs, and its API answers (<a href=\"/api/state\">/api/state</a>, <a "
    "href=\"/metrics\">/metrics</a>). The page is not built: it needs npm (Debian: apt-get install npm). "
    "Then "
    "run <code>deploy/mesh up</code> again, which builds it, and reload.</p></body></html>\n";

constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".txt", "text/plain; charset=utf-8"},
    {".md", "text/plain; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".webmanifest", "application/manifest+json"},
}};

std::string_view type_of(const fs::path& file) {
  const auto extension = file.extension().string();
  for (const auto& [ending, type] : kTypes)
    if (extension == ending) return type;
  return "application/octet-stream";
}

/// What tells this content of the file from another.
std::string tag_of(const struct stat& info) {
  return "\"" + std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec) + "-" +
         std::to_string(info.st_size) + "\"";
}

Answer not_found(const std::string& path) {
  return answer_of({ErrorCode::kNotFound, "the page has no file '" + visible(path) + "'"});
}

/// The file's content, unless the browser has it already.
Answer read(int fd, const struct stat& info, const Request& request) {
  Answer answer;
  const auto tag = tag_of(info);
  answer.headers = {{"Cache-Control", "no-cache"}, {"ETag", tag}};
  if (request.header("if-none-match") == tag) {
    answer.status = 304;
    return answer;
  }
  answer.body.resize(std::size_t(info.st_size));
  std::size_t size = 0;
  while (size < answer.body.size()) {
    const auto got = ::pread(fd, answer.body.data() + size, answer.body.size() - size, off_t(size));
    if (got <= 0) break;
    size += std::size_t(got);
  }
  answer.body.resize(size);
  return answer;
}

}  // namespace

void Page::look() {
  const auto now = clock_.monotonic();
  if (looked_ && now - *looked_ < kLookAgain) return;
  looked_ = now;
  files_.clear();
  std::error_code failure;
  for (fs::recursive_directory_iterator it(folder_, failure), end; !failure && it != end;
       it.increment(failure)) {
    if (files_.size() >= kMaxPageFiles) break;
    if (it->is_symlink(failure) || !it->is_regular_file(failure)) continue;
    files_.emplace("/" + it->path().lexically_relative(folder_).generic_string(), it->path());
  }
}

fs::path Page::find(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!files_.contains(path)) look();
  const auto found = files_.find(path);
  return found == files_.end() ? fs::path() : found->second;
}

Answer Page::answer(const Request& request) {
  if (request.method == "POST") return refusal(405, "invalid", "files of the page are asked for with GET");
  const bool is_root = request.path == "/";
  const auto file = find(is_root ? "/index.html" : request.path);
  const int fd = file.empty() ? -1 : ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat info {};
  const bool is_file = fd >= 0 && ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
                       std::size_t(info.st_size) <= kMaxPageFileBytes;
  Answer answer;
  if (is_file) {
    answer = read(fd, info, request);
    answer.type = type_of(file);
  } else if (is_root) {
    answer.type = "text/html; charset=utf-8";
    answer.body = kNoPage;
    answer.headers = {{"Cache-Control", "no-cache"}};
  } else {
    answer = not_found(request.path);
  }
  if (fd >= 0) ::close(fd);
  return answer;
}

}  // namespace synergy::gateway
