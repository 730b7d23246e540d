#include "flags.hpp"

#include "synergy/client/duration.hpp"

namespace synergy::cli {

Option* add_deploy_option(Command& command, Shared& shared, const std::string& holds) {
  return command
      .add_option("--deploy", shared.deploy_folder, "folder with " + holds + " (Env:SYNERGY_DEPLOY)")
      ->show_default();
}

void add_time_options(Command& command, std::string& since, std::string& until, const std::string& what) {
  const auto wrong = [](const std::string& text) {
    const auto moment = parse_moment(text, HostClock().unix());
    return moment ? std::string() : moment.error().message;
  };
  command
      .add_option("--since", since,
                  what +
                      " since then: how long ago (30s, 10min, 2h, 1d) or a time in UTC (2026-03-01, or "
                      "'2026-03-01 14:30:00')")
      ->check(wrong);
  command.add_option("--until", until, what + " before then, written in the same way")->check(wrong);
}

void add_layout_option(Command& command, std::string& layout, const std::string& whose) {
  layout = name_of(schemas::Layout::kChw);
  command
      .add_option("--layout", layout,
                  "axes of " + whose +
                      ": chw (channels, rows, columns), or hwc (rows, columns, channels), "
                      "which is converted")
      ->one_of({"chw", "hwc"})
      ->show_default();
}

schemas::Layout layout_named(const std::string& layout) {
  return layout == name_of(schemas::Layout::kHwc) ? schemas::Layout::kHwc : schemas::Layout::kChw;
}

void add_hop_option(Command& command, std::optional<double>& hop_s) {
  command
      .add_option("--hop", hop_s, "seconds from one window of a sound to the next (default: half a window)")
      ->between(schemas::kMinHop, schemas::kMaxHop);
}

}  // namespace synergy::cli
