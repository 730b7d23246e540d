#include "synergy/bus/sequence_watch.hpp"

namespace synergy::bus {

SequenceWatch::Verdict SequenceWatch::see(const std::string& topic, const schemas::Envelope& envelope) {
  if (envelope.sequence == 0) return Verdict::kNew;
  if (last_.size() >= kMaxWatched) last_.clear();
  const auto entry = last_.find(ByText::View{topic, envelope.sender});
  if (entry == last_.end()) {
    last_.emplace(Key{topic, envelope.sender}, Last{envelope.instance, envelope.sequence});
    return Verdict::kNew;
  }
  auto& last = entry->second;
  if (last.instance != envelope.instance) {  // the sender restarted
    last = {envelope.instance, envelope.sequence};
    return Verdict::kNew;
  }
  if (envelope.sequence <= last.sequence) {
    ++repeated_;
    return Verdict::kRepeated;
  }
  gaps_ += envelope.sequence - last.sequence - 1;
  last.sequence = envelope.sequence;
  return Verdict::kNew;
}

}  // namespace synergy::bus
