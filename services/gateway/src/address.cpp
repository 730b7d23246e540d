#include "synergy/gateway/address.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fstream>

#include "synergy/base/visible_text.hpp"

namespace synergy::gateway {
namespace {

std::optional<int> port_in(std::string_view text) {
  int port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || port < 1 || port > 65535)
    return std::nullopt;
  return port;
}

bool is_any_address(const std::string& host) { return host == "0.0.0.0" || host == "::"; }

}  // namespace

Result<Address> parse_address(const std::string& text) {
  if (text.empty()) return Address{};
  const Error wrong{ErrorCode::kInvalid, "'" + visible(text) +
                                             "' is no address to listen on; say ADDRESS, ADDRESS:PORT or "
                                             "[ADDRESS]:PORT, e.g. --listen 192.168.1.5:8642"};
  Address address;
  std::string_view rest;
  const bool is_plain_v6 = std::count(text.begin(), text.end(), ':') > 1 && text.front() != '[';
  if (text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string::npos) return wrong;
    address.host = text.substr(1, end - 1);
    rest = std::string_view(text).substr(end + 1);
  } else {
    const auto colon = is_plain_v6 ? std::string::npos : text.find(':');
    address.host = text.substr(0, colon);
    rest = std::string_view(text).substr(std::min(colon, text.size()));
  }
  if (address.host.empty()) return wrong;
  if (rest.empty()) return address;
  address.port = rest.front() == ':' ? port_in(rest.substr(1)) : std::nullopt;
  if (!address.port) return wrong;
  return address;
}

std::optional<int> last_port(const std::filesystem::path& run_folder) {
  std::ifstream file(run_folder / kUrlFile);
  std::string url;
  if (!std::getline(file, url)) return std::nullopt;
  const auto end = url.rfind("/#");
  const auto colon = url.rfind(':', end);
  if (end == std::string::npos || colon == std::string::npos) return std::nullopt;
  return port_in(std::string_view(url).substr(colon + 1, end - colon - 1));
}

std::vector<int> ports_to_try(const Address& address, const std::filesystem::path& run_folder) {
  if (address.port) return {*address.port};
  if (const auto last = last_port(run_folder); last && *last != kUsualPort) return {*last, kUsualPort, 0};
  return {kUsualPort, 0};
}

std::string url_of(const Address& address, int port, const Token& token) {
  auto host = is_any_address(address.host) ? names_of_machine().front() : address.host;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(port) + "/#token=" + token.text();
}

std::vector<std::string> names_of_machine() {
  std::array<char, 256> buffer{};
  if (::gethostname(buffer.data(), buffer.size() - 1) != 0) return {"localhost"};
  std::string name(buffer.data());
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  if (name.empty()) return {"localhost"};
  return {name, name + ".local"};
}

}  // namespace synergy::gateway
