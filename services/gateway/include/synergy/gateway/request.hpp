// A request and its answer, as the gateway's own parts see them: no HTTP library, no sockets.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"

namespace synergy::gateway {

/// Of a request's body, in bytes.
inline constexpr std::size_t kMaxBodyBytes = 8u << 20;
/// Of a request's path and query together, as they were sent, in bytes.
inline constexpr std::size_t kMaxTargetBytes = 2048;

struct Request {
  std::string method;                                     ///< GET, HEAD or POST
  std::string path;                                       ///< decoded
  std::map<std::string, std::string, std::less<>> query;  ///< decoded; of a repeated name the first counts
  std::map<std::string, std::string, std::less<>>
      headers;  ///< names in lower case; repeated ones joined by ", "
  std::string body;

  /// Empty where there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// Nothing where there is none.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
};

/// A body without an end: pieces of text as they come. One thread.
class TextSource {
 public:
  virtual ~TextSource() = default;
  /// The next piece; empty: nothing came within `wait`. Nothing: there will be no more.
  [[nodiscard]] virtual std::optional<std::string> next(Duration wait) = 0;
};

struct Answer {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::shared_ptr<TextSource>
      stream{};  ///< in place of `body`; shared because HTTP libraries copy what they are given
};

/// What an error is in HTTP: `{"error": {"code": ..., "message": ...}}`, with the status of its code.
[[nodiscard]] Answer answer_of(const Error& error);
/// The same for what is no error of the mesh: `code` is `unauthorised`, `forbidden`, `too_large` ...
[[nodiscard]] Answer refusal(int status, std::string_view code, std::string_view message);

}  // namespace synergy::gateway
