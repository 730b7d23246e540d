#include "synergy/dispatcher/body_watch.hpp"

#include <algorithm>

#include "synergy/base/text.hpp"

namespace synergy::dispatcher {
namespace {

/// Without what no plan depends on.
schemas::BodyView bare(schemas::BodyView body) {
  body.batteries.clear();
  body.notes.clear();
  return body;
}

std::string why_absent(const schemas::BodyView& body, const DeviceId& device) {
  const auto note = body.notes.find(device.text());
  return note == body.notes.end() ? "" : " (" + note->second + ")";
}

/// In words, what distinguishes two views of one body.
std::string difference(const schemas::BodyView& before, const schemas::BodyView& now) {
  std::vector<std::string> changes;
  for (const auto& device : now.devices) {
    const auto name = "device '" + device.id.text() + "'";
    const bool was = !before.is_absent(device.id), is = !now.is_absent(device.id);
    if (was && !is) changes.push_back(name + " left" + why_absent(now, device.id));
    if (!was && is) changes.push_back(name + " came");
    const auto* other = before.find(device.id);
    if (other != nullptr && before.profile_of(*other) != now.profile_of(device))
      changes.push_back(name + " has profile '" + device.profile + "' now");
  }
  if (before.link != now.link) changes.push_back("the link is '" + now.link.name + "' now");
  if (changes.empty()) changes.emplace_back("the body changed");
  return list_of(changes);
}

}  // namespace

void BodyWatch::hear(const schemas::BodyView& body, MonotonicTime now) {
  auto heard = bare(body);
  const bool same = body_ && bare(*body_) == heard;
  if (!same) changed_ = now;
  body_ = body;
  if (planned_) return;
  planned_ = heard;  // as if all had been there: who is still missing when the first view settles has left
  planned_->absent.clear();
}

void BodyWatch::planned(MonotonicTime now, bool by_itself) {
  if (body_) planned_ = bare(*body_);
  if (!by_itself) return;
  decisions_.push_back(now);
  while (decisions_.front() + kCalm < now) decisions_.pop_front();
}

MonotonicTime BodyWatch::settled_at() const {
  const auto recent = std::count_if(decisions_.begin(), decisions_.end(),
                                    [&](MonotonicTime at) { return at + kCalm >= changed_; });
  auto settle = kSettle;
  for (auto i = recent; i > 3 && settle < kLongestSettle; --i) settle *= 2;
  return std::max(changed_ + std::min<Duration>(settle, kLongestSettle), begun_ + kFirstSettle);
}

std::optional<std::string> BodyWatch::change(MonotonicTime now) const {
  if (!body_ || !planned_ || now < settled_at()) return std::nullopt;
  const auto present = bare(*body_);
  if (present == *planned_) return std::nullopt;
  auto named = present;
  named.notes = body_->notes;
  return difference(*planned_, named);
}

MonotonicTime BodyWatch::next_event() const {
  if (!body_ || !planned_ || bare(*body_) == *planned_) return MonotonicTime::max();
  return settled_at();
}

}  // namespace synergy::dispatcher
