// What the API says of a recording that is shown in place of a mesh.
#include "synergy/gateway/api.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::gateway {

namespace {

/// Where there is none.
Answer no_recording() {
  return answer_of(
      {ErrorCode::kConflict,
       "this is a mesh that runs, no recording; 'synergy dashboard --recording FILE' shows one"});
}

}  // namespace

std::string Api::snapshot() const {
  return playback_ != nullptr ? playback_->snapshot() : board_.snapshot(clock_.monotonic());
}

std::optional<Answer> Api::refused_of_recording(const Request& request) const {
  if (playback_ == nullptr || request.method != "POST" || request.path == kRecordingPath) return std::nullopt;
  return answer_of(recording_is_shown());
}

Answer Api::recording(const Request&) {
  if (playback_ == nullptr) return no_recording();
  Answer answer;
  answer.body = playback_->told();
  return answer;
}

Answer Api::play(const Request& request) {
  if (playback_ == nullptr) return no_recording();
  const auto command = schemas::from_json<PlayCommand>(request.body);
  if (!command) return answer_of(command.error());
  if (auto status = playback_->play(*command); !status) return answer_of(status.error());
  return recording(request);
}

}  // namespace synergy::gateway

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::gateway::PlayCommand>();
