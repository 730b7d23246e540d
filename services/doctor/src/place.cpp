// The run folder and the port: what the mesh's own names stand for.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "synergy/doctor/machine.hpp"
#include "synergy/gateway/address.hpp"
#include "synergy/runtime/run_folder.hpp"

namespace synergy::doctor {
namespace {

constexpr const char* kFolder = "run folder";
/// As in deploy/running.sh: a socket's path has 107 bytes, and supervisord adds to its own.
constexpr std::size_t kLongestPath = 80;

Finding trouble(const std::string& says, const std::string& remedy) {
  return {Verdict::kProblem, kFolder, says, remedy};
}

std::optional<Finding> wrong_name(const std::filesystem::path& folder) {
  if (const auto status = runtime::check_name(folder); !status)
    return trouble(status.error().message, "set SYNERGY_RUN_DIR");
  const auto size = std::filesystem::absolute(folder).lexically_normal().string().size();
  if (size <= kLongestPath) return std::nullopt;
  return trouble(folder.string() + " has " + std::to_string(size) +
                     " bytes, too long for sockets, which take " + std::to_string(kLongestPath),
                 "set SYNERGY_RUN_DIR to a shorter one");
}

/// A file without a name, which is gone with its descriptor.
std::string why_no_file(const std::filesystem::path& folder) {
  int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {  // the file system has none
    auto file = (folder / ".doctor.XXXXXX").string();
    fd = ::mkstemp(file.data());
    if (fd >= 0) ::unlink(file.c_str());
  }
  if (fd < 0) return std::generic_category().message(errno);
  ::close(fd);
  return {};
}

/// The usual port, or the one that was asked for: nothing where it is free, else why it can not be had.
std::optional<std::string> why_no_port(const gateway::Address& address) {
  if (address.host.find(':') != std::string::npos)
    return std::nullopt;  // of IPv6: the gateway says so itself
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(std::uint16_t(address.port.value_or(gateway::kUsualPort)));
  if (address.host == gateway::kUsualAddress || address.host == "localhost")
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  else
    place.sin_addr.s_addr = htonl(INADDR_ANY);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::generic_category().message(errno);
  const int yes = 1;  // one that was left a moment ago is free
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool bound =
      ::bind(fd, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0 && ::listen(fd, 1) == 0;
  const int failure = errno;
  ::close(fd);
  if (bound) return std::nullopt;
  return failure == EADDRINUSE ? "another program has it" : std::generic_category().message(failure);
}

}  // namespace

std::vector<Finding> check_run_folder(const std::filesystem::path& folder) {
  if (auto wrong = wrong_name(folder)) return {*wrong};
  const auto path = std::filesystem::absolute(folder).lexically_normal();
  std::error_code failure;
  if (!std::filesystem::exists(std::filesystem::symlink_status(path, failure))) {
    auto above = path.parent_path();
    while (!std::filesystem::is_directory(above, failure) && above.has_relative_path())
      above = above.parent_path();
    if (::access(above.c_str(), W_OK | X_OK) != 0)
      return {trouble(
          path.string() + " is not there and can not be made: " + above.string() + " may not be written",
          "choose another with SYNERGY_RUN_DIR")};
    return {{Verdict::kOk, kFolder, path.string() + " is not there yet; mesh up makes it", {}}};
  }
  if (!std::filesystem::is_directory(path, failure))
    return {trouble(path.string() + " is no folder", "move it away, or choose another with SYNERGY_RUN_DIR")};
  if (const auto status = runtime::check_owner(path); !status)
    return {
        trouble(path.string() + " belongs to another user", "choose one of your own with SYNERGY_RUN_DIR")};
  if (const auto why = why_no_file(path); !why.empty())
    return {trouble("no file can be made in " + path.string() + " (" + why + ")",
                    "make it writable (chmod u+rwx), or choose another with SYNERGY_RUN_DIR")};
  return {{Verdict::kOk, kFolder, path.string() + " is yours, and can be written", {}}};
}

Finding check_port(const std::string& listen, bool runs, const std::filesystem::path& run_folder) {
  const auto address = gateway::parse_address(listen);
  if (!address)
    return {Verdict::kProblem, "port", address.error().message,
            "set SYNERGY_LISTEN to ADDRESS or ADDRESS:PORT"};
  if (runs) {
    const auto port = gateway::last_port(run_folder);
    return {Verdict::kOk, "port", "the page is served at port " + (port ? std::to_string(*port) : "?"), {}};
  }
  const auto port = std::to_string(address->port.value_or(gateway::kUsualPort));
  const auto why = why_no_port(*address);
  if (!why) return {Verdict::kOk, "port", port + " is free for the page", {}};
  if (!address->port)
    return {Verdict::kWarning, "port", port + ", the page's, can not be had (" + *why + ")",
            "mesh up takes another one and prints it; to choose one: mesh up --listen 127.0.0.1:PORT"};
  return {Verdict::kProblem, "port", port + " can not be had (" + *why + ")",
          "end that program (ss -ltnp shows it), or choose another with mesh up --listen"};
}

}  // namespace synergy::doctor
