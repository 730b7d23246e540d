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
    if (other != nullptr && other->sensors != device.sensors)
      changes.push_back(name + " has other sensors, or other frames, now");
  }
  if (before.link != now.link) changes.push_back("the link is '" + now.link.name + "' now");
  if (changes.empty()) changes.emplace_back("the dispatcher started again");
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
  planned_before_ = true;
}

std::optional<schemas::BodyView> BodyWatch::view() const {
  return body_ ? std::optional(bare(*body_)) : std::nullopt;
}

void BodyWatch::planned(std::optional<schemas::BodyView> view, MonotonicTime now, bool by_itself) {
  if (view) {
    planned_ = std::move(view);
    planned_before_ = false;
  }
  if (!by_itself) return;
  decisions_.push_back(now);
  while (decisions_.front() + kCalm < now) decisions_.pop_front();
}

MonotonicTime BodyWatch::settled_at() const {
  const auto recent = std::count_if(decisions_.begin(), decisions_.end(),
                                    [&](MonotonicTime at) { return at + kCalm >= changed_; });
  auto settle = kSettle;
  for (auto i = recent; i > 3 && settle < kLongestSettle; --i) settle *= 2;
  return std::max(
      {changed_ + std::min<Duration>(settle, kLongestSettle), begun_ + kFirstSettle, postponed_until_});
}

bool BodyWatch::is_as_planned() const {
  return !body_ || !planned_ || (!planned_before_ && bare(*body_) == *planned_);
}

std::optional<std::string> BodyWatch::change(MonotonicTime now) const {
  if (is_as_planned() || now < settled_at()) return std::nullopt;
  auto named = bare(*body_);
  named.notes = body_->notes;
  return difference(*planned_, named);
}

MonotonicTime BodyWatch::next_event() const { return is_as_planned() ? MonotonicTime::max() : settled_at(); }

}  // namespace synergy::dispatcher
