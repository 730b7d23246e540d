// Which packets of a recording are published again, and when. Pure: no bus, no clock.
//
// A replayed packet is the recorded one, byte for byte: its envelope still names the sender, the instance and
// the number of then. (A topic that has another name today is published under that.) What receivers make of
// that, by their SequenceWatch (bus/sequence_watch.hpp):
//   - Who never heard of that sender, or knows another instance of it, takes the packet as a sender's that
//     restarted. While the living sender publishes on the same topic, both are taken in turn, and gaps there
//     mean nothing.
//   - Who heard the same instance already (the mesh that was recorded, or a second replay on one bus) drops
//     states it has seen, and counts the others as repeated but takes them.
//   - The broker keeps the last packet of a state topic whoever sent it, and hands it to late joiners. A
//     replay of states belongs on a bus where the owners of these states do not run. Elsewhere processes take
//     the recorded state for the present one, until its owner publishes again.
// Commands are left out unless asked for. A replayed command is not acted on when its deadline has passed,
// and answered from memory when its server remembers it. Any other is carried out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/base/clock.hpp"

namespace synergy::client {

struct ReplayRules {
  double speed = 1;                 ///< 2: twice as fast as it was; 0: no waiting at all
  std::vector<std::string> topics;  ///< beginnings; empty: all
  bool commands = false;            ///< also what makes a mesh act
};

enum class Fate {
  kReplayed,
  kNotChosen,  ///< not on a topic that was asked for
  kLeftOut,    ///< commands, answers, tensors: a living mesh would act on them
};
[[nodiscard]] Fate fate_of(std::string_view topic, const ReplayRules& rules);

/// Whether `topic` begins with one of `prefixes`, or there are none.
[[nodiscard]] bool chosen(std::string_view topic, const std::vector<std::string>& prefixes);

/// `prefixes` without those that another one covers: of two taps on one packet both would see it.
[[nodiscard]] std::vector<std::string> outermost(std::vector<std::string> prefixes);

/// When each packet is due, counted from the moment the first one is sent: distances as they were, divided by
/// the speed.
class Pace {
 public:
  explicit Pace(double speed) : speed_(speed) {}
  /// `at` as recorded; not before that of the call before.
  [[nodiscard]] Duration due(Duration at);

 private:
  double speed_;
  std::optional<Duration> first_;
};

}  // namespace synergy::client
