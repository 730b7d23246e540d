// Where the gateway listens, and how people find it: the files `gateway.token` and `gateway.url` of the run
// folder, which only its user can read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synergy/gateway/token.hpp"

namespace synergy::gateway {

inline constexpr int kUsualPort = 8642;
inline constexpr const char* kUsualAddress = "127.0.0.1";

struct Address {
  std::string host = kUsualAddress;  ///< without brackets
  std::optional<int> port;           ///< nothing: the usual one, or where it is taken another that is free
};

/// Of ADDRESS, ADDRESS:PORT, [ADDRESS]:PORT; empty: the usual one. Fails with kInvalid.
[[nodiscard]] Result<Address> parse_address(const std::string& text);

/// The port that a gateway of this run folder had last, by its `gateway.url`: one that was killed is found
/// again where it was.
[[nodiscard]] std::optional<int> last_port(const std::filesystem::path& run_folder);

/// Which ports to try, in turn, where none was asked for: the last of this run folder, the usual, and 0
/// (any).
[[nodiscard]] std::vector<int> ports_to_try(const Address& address, const std::filesystem::path& run_folder);

/// `http://127.0.0.1:8642/#token=...`; what stands after the `#` is not sent by browsers.
[[nodiscard]] std::string url_of(const Address& address, int port, const Token& token);

/// How this machine is called, in lower case: as it is, and in its local network.
[[nodiscard]] std::vector<std::string> names_of_machine();

inline constexpr const char* kTokenFile = "gateway.token";
inline constexpr const char* kUrlFile = "gateway.url";

}  // namespace synergy::gateway
