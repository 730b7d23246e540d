// Which process may publish what: the states, events and heartbeats of the mesh come from the processes whose
// they are, and so do the commands that change what the store keeps.
//
// Who sent a packet is the process id that the kernel gives with its connection; what a packet says of its
// sender is not believed. What a process is called is told by the locks that it holds (`names`), and, for
// those who hold none, by the name under which it joined first.
//
// One thread. A stranger's packets cost a look at /proc ten times a second at most.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/base/clock.hpp"

namespace synergy::bus {

class Rights {
 public:
  /// The names that a process has in the mesh, by the locks that it holds; nothing where it can not be told
  /// now.
  using Names = std::function<std::optional<std::vector<std::string>>(pid_t)>;

  /// Without `names` everybody may publish everything.
  explicit Rights(Names names = {}) : names_(std::move(names)) {}

  struct Refusal {
    std::string reason;
    std::string sender, request_id;  ///< whom to tell, where it is a command that could be read; else empty
  };

  /// Why `process` may not publish this packet; nothing where it may. A process id of 0 is not known (another
  /// pid namespace's), and may.
  [[nodiscard]] std::optional<Refusal> refusal(std::string_view topic, std::span<const std::uint8_t> payload,
                                               pid_t process, MonotonicTime now);

  /// The process that holds this lock may publish everything: `synergy replay` plays the parts of all.
  static constexpr std::string_view kReplay = "replay";
  /// Bytes of a command to the store or the broker that a process without a known name may send. A larger one
  /// is refused unread; questions are smaller.
  static constexpr std::size_t kMostOfStranger = 4096;

 private:
  struct Known {
    std::vector<std::string> names;
    MonotonicTime until{};  ///< then /proc is asked again
  };
  [[nodiscard]] bool is(pid_t process, std::string_view owner, MonotonicTime now);
  [[nodiscard]] bool is_of_mesh(pid_t process, MonotonicTime now);
  [[nodiscard]] const Known& known(pid_t process, MonotonicTime now);
  [[nodiscard]] std::optional<Refusal> command_refusal(std::string_view topic,
                                                       std::span<const std::uint8_t> payload, pid_t process,
                                                       MonotonicTime now);
  [[nodiscard]] std::optional<std::string> join_refusal(const std::string& name, pid_t process,
                                                        MonotonicTime now);

  Names names_;
  /// Without the names that another living process was seen with first.
  [[nodiscard]] std::vector<std::string> own(std::vector<std::string> names, pid_t process);

  std::map<pid_t, Known> known_;
  std::map<std::string, pid_t> owners_;  ///< who was seen first under a lock's name, while it lives
  std::map<std::string, pid_t, std::less<>> joined_;  ///< who joined first under a name, while it lives
};

}  // namespace synergy::bus
