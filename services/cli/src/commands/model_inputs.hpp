// What `synergy run --input` and `synergy classify --images` take: arrays (.npy), pictures (PNG,
// JPEG) and sounds (WAV, FLAC, OGG).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "synergy/accel/model_files.hpp"
#include "synergy/documents/input.hpp"

namespace synergy::cli {

/// The one input in a file, as the model takes it: signed, channels x rows x columns. A picture or a
/// sound becomes it as the model's description says. Fails as documents::read_input() and only_frame(),
/// read_picture() and frame_of(), or read_sound() and frames_of(); and with kInvalid where `layout` is told
/// of one of these, or a sound is longer than the model's window.
[[nodiscard]] Result<schemas::Bytes> read_one_input(const std::filesystem::path& file,
                                                    const accel::LoadedModel& model, schemas::Layout layout);

/// The inputs in an array (N, ...), a folder of pictures, one picture; or in a folder of sounds or one of
/// them, each window of each. Which of a folder's files are read, the model says.
class ModelInputs {
 public:
  /// Fails as read_one_input(), documents::check_frames(), pictures_in() and sounds_in().
  [[nodiscard]] static Result<ModelInputs> read(const std::filesystem::path& place,
                                                const accel::LoadedModel& model, schemas::Layout layout);
  [[nodiscard]] std::size_t count() const;
  /// Of a number below count().
  [[nodiscard]] schemas::Bytes at(std::size_t number) const;

 private:
  schemas::FrameShape frame_;
  schemas::Layout layout_ = schemas::Layout::kChw;
  documents::InputArray array_;
  std::vector<schemas::Bytes> made_;  ///< as the model takes them; empty: there is an array
};

}  // namespace synergy::cli
