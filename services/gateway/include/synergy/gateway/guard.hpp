// Who may ask: checks a request before anything else is done with it, its body included.
//
// What a reader gets wrong: loopback is no protection. A page of another site, open in the browser of the
// mesh's user, can send requests to it (Origin tells), can make its own name lead to it (Host tells), and any
// other user of the machine can reach it (the token tells).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/gateway/request.hpp"
#include "synergy/gateway/token.hpp"

namespace synergy::gateway {

/// Whether only this machine can reach the address.
[[nodiscard]] bool is_loopback(std::string_view address);

class Guard {
 public:
  /// `reading_needs_token`: beyond loopback. `names`: under which this machine is called, beside `localhost`
  /// and addresses.
  Guard(Token token, bool reading_needs_token, std::vector<std::string> names)
      : token_(std::move(token)), reading_needs_token_(reading_needs_token), names_(std::move(names)) {}

  /// Why the request is not to be served; nothing: it is. Looks at everything but the body. The page's own
  /// files need no token: the browser asks for them before the page can send one.
  [[nodiscard]] std::optional<Answer> refuses(const Request& request) const;

 private:
  [[nodiscard]] bool knows_host(std::string_view host) const;
  [[nodiscard]] bool has_token(const Request& request) const;

  Token token_;
  bool reading_needs_token_;
  std::vector<std::string> names_;
};

}  // namespace synergy::gateway
