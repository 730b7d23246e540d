// Days at random: whatever happens, each run that was started ends once, and each plan is a good one. The
// number of days is that of SYNERGY_RANDOM_DAYS, or a few.
#include <cstdlib>
#include <set>

#include "day_fixtures.hpp"
#include "synergy/base/splitmix64.hpp"

namespace synergy::virtual_test {
namespace {

constexpr std::uint64_t kDays = 20;

class RandomDay {
 public:
  RandomDay(std::uint64_t seed, const schemas::BodyView& body) : random_(seed), body_(body) {}

  DayScript make() {
    Duration at{0};
    const auto events = 8 + random_.below(10);
    for (std::uint64_t n = 0; n < events; ++n) {
      add_event(at);
      at += Duration(std::int64_t(random_.below(9'000'000'000)));
    }
    for (const auto& app : running_) script_.stop(at, app);
    return script_.until(at + 75s);  // who does not come through is given up after 60 s
  }

 private:
  template <class T>
  const T& any_of(const std::vector<T>& all) {
    return all[random_.below(all.size())];
  }
  void add_event(Duration at) {
    switch (apps_.empty() ? 0 : random_.below(10)) {
      case 0:
      case 1:
      case 2:
        return submit(at);
      case 3:
        return stop(at);
      case 4:
      case 5:
        return leave_or_join(at);
      case 6:
        return void(script_.link(at, any_of<std::string>({"ble-2m", "esp8266-uart-921600", "wired-spi"})));
      case 7:
        return void(script_.battery(at, any_device(), random_.below(2) == 0 ? 3 : 80));
      case 8:
        return void(script_.replan(at, any_of<std::string>({"optimal", "synergy", "ind-e2e"})));
      default: {
        const auto& app = any_of(apps_);
        if (running_.contains(app.app.text())) script_.rate(at, app, 1 + double(random_.below(8)));
      }
    }
  }
  std::string any_device() { return any_of(body_.devices).id.text(); }
  void submit(Duration at) {
    schemas::AppRequest app;
    app.app = AppId("app" + std::to_string(random_.below(5)));
    const bool hears = random_.below(4) == 0;
    app.model = ModelId(hears ? "kws" : any_of<std::string>({"digits", "convnet5", "simplenet"}));
    app.sensing = {hears ? "microphone" : "camera", {}};
    app.interaction = {random_.below(2) == 0 ? "display" : "haptic", {}};
    if (random_.below(3) == 0) app.runs = 20 + random_.below(100);
    if (random_.below(4) != 0) app.rate = 1 + double(random_.below(10));
    app.repeat = random_.below(2) == 0;
    app.priority = std::int32_t(random_.below(3));
    apps_.push_back(app);
    running_.insert(app.app.text());
    script_.submit(at, app);
  }
  void stop(Duration at) {
    const auto name = any_of(apps_).app.text();
    running_.erase(name);
    script_.stop(at, name);
  }
  void leave_or_join(Duration at) {
    const auto device = any_device();
    if (gone_.insert(device).second)
      script_.leave(at, device);
    else if (gone_.erase(device) > 0)
      script_.join(at, device);
  }

  SplitMix64 random_;
  const schemas::BodyView& body_;
  Script script_;
  std::vector<schemas::AppRequest> apps_;
  std::set<std::string> running_, gone_;
};

std::uint64_t days() {
  const char* asked = std::getenv("SYNERGY_RANDOM_DAYS");
  return asked == nullptr ? kDays : std::strtoull(asked, nullptr, 10);
}

TEST(RandomDays, EachRunEndsOnceAndEachPlanIsGood) {
  std::uint64_t granted = 0, failed = 0, plans = 0, decisions = 0;
  double virtual_s = 0;
  for (std::uint64_t seed = 0; seed < days(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::string name = seed % 4 == 3 ? "mixed-4" : "four-78000";
    const auto report = day_of(RandomDay(seed, body_named(name)).make(), name);
    for (const auto& broken : report.broken) ADD_FAILURE() << broken;
    for (const auto& app : report.apps) {
      EXPECT_EQ(app.granted, app.completed + app.failed) << app.app.text() << ", " << app.state;
      EXPECT_EQ(app.under_way, 0u) << app.app.text() << ", " << app.state;
      granted += app.granted;
      failed += app.failed;
    }
    plans += report.plans.size();
    decisions += report.decisions.size();
    virtual_s += report.until_s;
    if (HasFailure()) return;
  }
  EXPECT_GT(granted, 100 * days()) << "days on which nothing happens show nothing";
  EXPECT_GT(failed, 0u);
  EXPECT_GT(plans, 3 * days());
  std::printf("%llu days, %.0f virtual seconds: %llu decisions, %llu plans, %llu runs, %llu of them failed\n",
              (unsigned long long)days(), virtual_s, (unsigned long long)decisions, (unsigned long long)plans,
              (unsigned long long)granted, (unsigned long long)failed);
}

}  // namespace
}  // namespace synergy::virtual_test
