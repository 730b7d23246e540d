#include "flags.hpp"

namespace synergy::cli {

Option* add_deploy_option(Command& command, Shared& shared, const std::string& holds) {
  return command
      .add_option("--deploy", shared.deploy_folder, "folder with " + holds + " (Env:SYNERGY_DEPLOY)")
      ->show_default();
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

}  // namespace synergy::cli
