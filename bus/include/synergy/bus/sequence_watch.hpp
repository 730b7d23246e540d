// Notices what the bus lost: follows the sequence numbers of every sender on every topic.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "synergy/schemas/envelope.hpp"

namespace synergy::bus {

class SequenceWatch {
 public:
  enum class Verdict {
    kNew,       ///< not seen before
    kRepeated,  ///< this or an older one was seen already from the same instance of the sender
  };

  /// Takes note of one received envelope. A direct message (sequence 0) is always new.
  Verdict see(const std::string& topic, const schemas::Envelope& envelope);

  [[nodiscard]] std::uint64_t gaps() const { return gaps_; }  ///< messages missed
  [[nodiscard]] std::uint64_t repeated() const { return repeated_; }

 private:
  struct Last {
    std::uint64_t instance = 0, sequence = 0;
  };
  using Key = std::pair<std::string, std::string>;  ///< topic and sender
  /// Finds by views, so that looking does not copy both names.
  struct ByText {
    using is_transparent = void;
    using View = std::pair<std::string_view, std::string_view>;
    bool operator()(const View& a, const View& b) const { return a < b; }
  };
  std::map<Key, Last, ByText> last_;
  std::uint64_t gaps_ = 0, repeated_ = 0;
};

/// Senders and topics followed at most; beyond, the whole memory is forgotten once, which costs no message:
/// the next one of each sender is simply taken as its first.
inline constexpr std::size_t kMaxWatched = 16384;

}  // namespace synergy::bus
