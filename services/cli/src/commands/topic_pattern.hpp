// What a TOPIC of the commands of `synergy topic` may be.
#pragma once

namespace synergy::cli {

/// For `--help`; what it means says fits() of topic_names.hpp.
inline constexpr const char* kTopicPattern =
    "a topic, or the beginning of several (state/, event/result/); * stands for one part (health/executor/*)";

}  // namespace synergy::cli
