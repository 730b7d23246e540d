#include "synergy/gateway/guard.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "synergy/base/places.hpp"

namespace synergy::gateway {
namespace {

bool is_address(int family, std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> out{};
  return ::inet_pton(family, std::string(text).c_str(), out.data()) == 1;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return out;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// `name` of `name`, `name:8642` and `[::1]:8642`; nothing where it is none of them.
std::optional<std::string> name_in(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto rest = host.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return std::nullopt;
    return std::string(host.substr(1, end - 1));
  }
  const auto colon = host.find(':');
  if (colon != std::string_view::npos && !is_port(host.substr(colon + 1))) return std::nullopt;
  return lower(host.substr(0, colon));
}

bool is_api(const Request& request) {
  return request.path.starts_with("/api/") || request.path == "/metrics";
}

bool changes_something(const Request& request) { return request.method != "GET" && request.method != "HEAD"; }

}  // namespace

bool is_loopback(std::string_view address) {
  return address == "localhost" || address == "::1" ||
         (address.starts_with("127.") && is_address(AF_INET, address));
}

bool Guard::knows_host(std::string_view host) const {
  const auto name = name_in(host);
  if (!name) return false;
  // Nobody can make a name of his own of an address.
  if (is_address(AF_INET, *name) || is_address(AF_INET6, *name)) return true;
  return *name == "localhost" || std::find(names_.begin(), names_.end(), *name) != names_.end();
}

bool Guard::has_token(const Request& request) const {
  constexpr std::string_view kScheme = "Bearer ";
  const auto given = request.header("authorization");
  return given.starts_with(kScheme) && token_.is(given.substr(kScheme.size()));
}

std::optional<Answer> Guard::refuses(const Request& request) const {
  const auto host = request.header("host");
  if (!knows_host(host))
    return refusal(
        403, "forbidden",
        "the header Host must be localhost, an address, or a name of this machine; open the address "
        "that " +
            Places::here().script + " up printed");
  const auto origin = request.header("origin");
  if (!origin.empty() && origin != "http://" + std::string(host))
    return refusal(403, "forbidden",
                   "a page of another site may not ask: its header Origin is not this gateway");
  const auto site = request.header("sec-fetch-site");
  if (is_api(request) && (site == "cross-site" || site == "same-site"))
    return refusal(403, "forbidden", "a page of another site may not ask: see the header Sec-Fetch-Site");
  const bool needs_token = changes_something(request) || (reading_needs_token_ && is_api(request));
  if (!needs_token || has_token(request)) return std::nullopt;
  auto answer = refusal(401, "unauthorised",
                        "send the header 'Authorization: Bearer TOKEN'; the token is in the address that " +
                            Places::here().script +
                            " up (or synergy dashboard) printed; that of a mesh is in gateway.token of its "
                            "run folder, too");
  answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  return answer;
}

}  // namespace synergy::gateway
