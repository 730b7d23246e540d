// Reasons of apps (AppStatus::reason) that more than one program goes by.
#pragma once

#include <string_view>

namespace synergy::schemas {

/// Of an app that was stopped as somebody asked. Anything behind it is news.
inline constexpr std::string_view kStoppedOnRequest = "stopped on request";

}  // namespace synergy::schemas
