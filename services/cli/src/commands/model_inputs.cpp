#include "model_inputs.hpp"

#include "synergy/accel_model/input_frame.hpp"
#include "synergy/documents/pictures.hpp"
#include "synergy/documents/sounds.hpp"
#include "synergy/execution/prepare.hpp"

namespace synergy::cli {
namespace {

using Inputs = std::vector<schemas::Bytes>;

/// The inputs in a picture (one) or in a sound (one for each window), as the model takes them: signed.
Result<Inputs> inputs_in(const std::filesystem::path& file, const accel::LoadedModel& model,
                         schemas::Layout layout) {
  if (layout != schemas::Layout::kChw)
    return Error{ErrorCode::kInvalid,
                 "--layout: is of arrays (.npy); leave it out, that of a picture or a sound is known"};
  const auto input = accel_model::input_frame(model.program);
  const auto kinds = model.description.input.kinds();
  Inputs frames;
  if (documents::is_sound_name(file)) {
    const auto sound = documents::read_sound(file);
    if (!sound) return sound.error();
    auto windows = documents::frames_of(*sound, file.string(), input, kinds);
    if (!windows) return windows.error();
    frames = *std::move(windows);
  } else {
    const auto picture = documents::read_picture(file);
    if (!picture) return picture.error();
    auto frame = documents::frame_of(*picture, file.string(), input, kinds.picture);
    if (!frame) return frame.error();
    frames.push_back(*std::move(frame));
  }
  for (auto& frame : frames) execution::prepare(frame);
  return frames;
}

bool has_frames_by_name(const std::filesystem::path& file) {
  return documents::is_picture_name(file) || documents::is_sound_name(file);
}

/// The files of a folder that are of the model's kind.
Result<std::vector<std::filesystem::path>> files_of(const std::filesystem::path& folder,
                                                    const accel::LoadedModel& model) {
  return model.description.input.sound ? documents::sounds_in(folder) : documents::pictures_in(folder);
}

}  // namespace

Result<schemas::Bytes> read_one_input(const std::filesystem::path& file, const accel::LoadedModel& model,
                                      schemas::Layout layout) {
  if (has_frames_by_name(file)) {
    auto inputs = inputs_in(file, model, layout);
    if (!inputs) return inputs.error();
    if (inputs->size() == 1) return std::move(inputs->front());
    return Error{ErrorCode::kInvalid,
                 file.string() + ": is longer than the model's window, and gives " +
                     std::to_string(inputs->size()) +
                     "; one is run here: cut the sound, or give it to 'synergy classify --images'"};
  }
  auto array = documents::read_input(file);
  if (!array) return array.error();
  return documents::only_frame(*std::move(array), accel_model::input_frame(model.program), layout);
}

Result<ModelInputs> ModelInputs::read(const std::filesystem::path& place, const accel::LoadedModel& model,
                                      schemas::Layout layout) {
  ModelInputs inputs;
  inputs.frame_ = accel_model::input_frame(model.program);
  inputs.layout_ = layout;
  std::vector<std::filesystem::path> files;
  std::error_code failure;
  if (std::filesystem::is_directory(place, failure)) {
    auto found = files_of(place, model);
    if (!found) return found.error();
    files = *std::move(found);
  } else if (has_frames_by_name(place)) {
    files.push_back(place);
  }
  for (const auto& file : files) {
    auto found = inputs_in(file, model, layout);
    if (!found) return found.error();
    for (auto& input : *found) inputs.made_.push_back(std::move(input));
  }
  if (!files.empty()) return inputs;
  auto array = documents::read_input(place);
  if (!array) return array.error();
  if (auto status = documents::check_frames(*array, inputs.frame_, layout); !status) return status.error();
  inputs.array_ = *std::move(array);
  return inputs;
}

std::size_t ModelInputs::count() const { return made_.empty() ? array_.axes.front() : made_.size(); }

schemas::Bytes ModelInputs::at(std::size_t number) const {
  return made_.empty() ? documents::frame_at(array_, number, frame_, layout_) : made_[number];
}

}  // namespace synergy::cli
