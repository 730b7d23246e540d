// Who watches the mesh: one bounded queue for each viewer, so that a slow one costs the others nothing.
//
// What is published is one text for all viewers. Of a state only the newest waits in a queue. Where a viewer
// takes nothing and its queue is full, all that waits is dropped and counted: it is then told how much that
// was
// (`dropped`), and the newest states are sent again.
//
// Any thread may publish; each viewer belongs to a thread of its own.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/gateway/board.hpp"
#include "synergy/gateway/request.hpp"

namespace synergy::gateway {

/// Viewers at a time.
inline constexpr std::size_t kMaxViewers = 16;
/// What waits for one viewer at most: events, and bytes of their data.
inline constexpr std::size_t kMaxWaiting = 256, kMaxWaitingBytes = 8u << 20;
/// A line without meaning is sent where nothing else was for so long: it shows both sides that the other
/// lives.
inline constexpr Duration kSignOfLife = std::chrono::seconds(5);

/// An event as it travels: `id`, `event` and `data` lines (server-sent events). `data` is JSON of one line.
[[nodiscard]] std::string event_text(std::uint64_t sequence, std::string_view name, std::string_view data);

class StreamHub {
 public:
  explicit StreamHub(Duration sign_of_life = kSignOfLife)
      : sign_of_life_(sign_of_life), shared_(std::make_shared<Shared>()) {}
  /// Ends every stream.
  ~StreamHub() { close(); }
  StreamHub(const StreamHub&) = delete;
  StreamHub& operator=(const StreamHub&) = delete;

  /// A new viewer, whose first event is `snapshot`, made by this function: all that is published later comes
  /// after it. `tasks`: whether it wants the events of tasks, too. Fails with kOverloaded where kMaxViewers
  /// watch already. The viewer leaves when the source is destroyed, which may outlive the hub.
  [[nodiscard]] Result<std::shared_ptr<TextSource>> join(bool tasks,
                                                         const std::function<std::string()>& snapshot);

  void publish(StateKind kind, std::string json);
  /// All that viewers know is wrong now: whatever waits for them is dropped, and each gets this snapshot.
  /// `states`: of each kind as in it; empty: there is none.
  void replace(std::string snapshot, const std::array<std::string, kStateKinds>& states);
  /// Events named `result`, `failed`, `recording`.
  void publish(std::string_view name, std::string json);
  /// For those who want them.
  void publish_tasks(std::string json);

  [[nodiscard]] std::size_t viewers() const;
  [[nodiscard]] bool anybody_wants_tasks() const;
  /// Events dropped since the start, of all viewers.
  [[nodiscard]] std::uint64_t dropped() const;
  /// Ends every stream, and takes no viewer any more.
  void close();

 private:
  using Text = std::shared_ptr<const std::string>;
  struct Event {
    std::uint64_t sequence = 0;
    std::string name;
    Text data;
  };
  struct Viewer {
    bool tasks = false;
    std::deque<Event> waiting;
    std::size_t bytes = 0;
    std::uint64_t dropped = 0;  ///< since it was last told
  };
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<Viewer*> viewers;
    std::array<Text, kStateKinds> newest;
    std::uint64_t sequence = 0, dropped = 0;
    bool closed = false;
  };
  class Source;

  static void add(Shared& shared, Viewer& viewer, const Event& event);
  static void drop_waiting(Shared& shared, Viewer& viewer);
  static void add_newest_states(Shared& shared, Viewer& viewer);
  void publish(std::string_view name, Text data, bool only_tasks);

  Duration sign_of_life_;
  std::shared_ptr<Shared> shared_;  ///< with the sources
};

}  // namespace synergy::gateway
