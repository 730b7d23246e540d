// What the API asks of the player of a recording, where one is shown in place of a mesh.
#pragma once

#include <optional>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/base/places.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::gateway {

/// Recorded seconds that a second plays.
inline constexpr double kSlowest = 0.1, kFastest = 100;

/// What a viewer asks for; what is not said stays as it is.
struct PlayCommand {
  std::optional<bool> playing;
  std::optional<double> speed;
  std::optional<Duration> at;  ///< since the recording began
  static void fields(auto& f) {
    using P = PlayCommand;
    f.optional("playing", &P::playing, "whether it plays");
    f.optional("speed", &P::speed, "recorded seconds in a second", schemas::from_to(kSlowest, kFastest));
    f.optional("at_ns", &P::at, "since the recording began", schemas::from_to(0, schemas::kMaxWholeNumber));
  }
};

/// Any thread may call.
class Playback {
 public:
  virtual ~Playback() = default;
  /// The recorded mesh as it was at the moment shown, as Board::snapshot(), with `recording`.
  [[nodiscard]] virtual std::string snapshot() = 0;
  /// The object `recording`.
  [[nodiscard]] virtual std::string told() = 0;
  /// When it returns, every viewer was told. Fails as reading the recording does.
  virtual Status play(const PlayCommand& command) = 0;
};

/// What is answered where something would need a mesh.
[[nodiscard]] inline Error recording_is_shown() {
  return {ErrorCode::kConflict, "a recording is shown, and nothing of it can be changed; start a mesh with " +
                                    Places::here().script + " up, and open the address that it prints"};
}

}  // namespace synergy::gateway
