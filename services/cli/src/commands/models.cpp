// classify: a model over an array, or a folder of pictures or sounds, on the emulator's arithmetic, without a
// mesh.
#include <algorithm>
#include <memory>
#include <span>

#include "flags.hpp"
#include "model_inputs.hpp"
#include "synergy/accel/evaluate.hpp"
#include "synergy/accel/model_files.hpp"
#include "synergy/cli/classification.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/model_argument.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/documents/labels.hpp"
#include "synergy/documents/npy.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

struct ClassifyFlags {
  std::string model, images, layout, labels, outputs;
};

/// As lines of CSV.
struct ClassificationRows {
  std::vector<Answer> answers;
  static void fields(auto& f) {
    f.required("answers", &ClassificationRows::answers, "of each input, in the order of the files");
  }
};

/// One array of the command line, checked to hold `count` entries of `bytes` each.
Result<documents::NpyArray> read_array(const std::string& file, std::size_t count, std::size_t bytes) {
  auto array = documents::read_npy(file);
  if (array && (array->shape.empty() || array->shape.front() != count || array->data.size() != count * bytes))
    return Error{ErrorCode::kInvalid, file + ": must have " + std::to_string(count) + " entries of " +
                                          std::to_string(bytes) + " bytes"};
  return array;
}

Result<Classification> classify(const Shared& shared, const ClassifyFlags& flags) {
  const auto model = load_model_argument(shared.deploy_folder, flags.model);
  if (!model) return model.error();
  const auto images = ModelInputs::read(flags.images, *model, layout_named(flags.layout));
  if (!images) return images.error();
  const std::size_t count = images->count();
  std::vector<std::int32_t> labels;
  documents::NpyArray outputs;
  const auto output_bytes = model->program.output_bytes();
  const auto labels_each = labels_a_picture(*model);
  if (!flags.labels.empty()) {
    if (labels_each == 0)
      return Error{ErrorCode::kInvalid, "--labels: the model's result is " +
                                            std::string(name_of(model->program.result)) +
                                            ", which has no classes to compare with labels"};
    auto read = documents::read_labels(flags.labels, labels_each);
    if (!read) return read.error();
    if (read->size() != count * labels_each)
      return Error{ErrorCode::kInvalid, flags.labels + ": has labels of " +
                                            std::to_string(read->size() / labels_each) + " pictures; " +
                                            flags.images + " has " + std::to_string(count)};
    labels = std::move(*read);
  }
  if (!flags.outputs.empty()) {
    auto read = read_array(flags.outputs, count, output_bytes);
    if (!read) return read.error();
    outputs = std::move(*read);
  }
  Classification done;
  const auto form = result_form(*model);
  std::uint64_t right = 0, different = 0;
  ProgressLine line(now_ms, standard_error());
  while (done.pictures < count) {
    const auto at = done.pictures;
    line.show_count("inputs", at, count);
    const auto picture = images->at(at);
    const auto output = accel::to_bytes(accel::run_program(
        model->program, model->weights, accel::tensor_from_bytes(model->program.input(), picture)));
    std::span<const std::int32_t> expected;
    if (!labels.empty()) expected = std::span(labels).subspan(at * labels_each, labels_each);
    right += add_picture(form, {output.begin(), output.end()}, expected, done);
    if (!outputs.data.empty())
      different +=
          !std::equal(output.begin(), output.end(), outputs.data.begin() + std::ptrdiff_t(at * output_bytes));
  }
  sum_up(form, done);
  if (!labels.empty() && count > 0)
    done.accuracy_percent = 100.0 * double(right) / double(count * labels_each);
  if (!outputs.data.empty()) done.outputs_that_differ = different;
  return done;
}

}  // namespace

void add_classify_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<ClassifyFlags>();
  auto* command = add_command(made, [&shared, flags]() -> Status {
    const auto done = classify(shared, *flags);
    if (!done) return done.error();
    print_with_rows<Classification>(shared, *done, ClassificationRows{done->answers},
                                    [](const Classification& value) { return to_text(value); });
    if (done->outputs_that_differ.value_or(0) > 0)
      return Error{ErrorCode::kConflict, "outputs are not those of " + flags->outputs};
    return {};
  });
  command->add_option("MODEL", flags->model, "a model's folder, or its name below deploy/models")->required();
  command
      ->add_option(
          "--images", flags->images,
          "arrays (N, ...) of signed bytes, pixels as unsigned bytes, or wider integers (.npy); or a folder "
          "of pictures (.png, .jpg) or of sounds (.wav, .flac, .ogg), in order of their names, of a sound "
          "each "
          "window; or one of these files")
      ->required();
  add_layout_option(*command, flags->layout, "a picture");
  command->add_option("--labels", flags->labels,
                      "right classes (.npy), an integer a picture or a window of sound, for the accuracy; of "
                      "a map one for each pixel");
  command->add_option("--outputs", flags->outputs,
                      "raw outputs to compare with (.npy), e.g. of train.py evaluate");
  add_deploy_option(*command, shared, "models");
}

}  // namespace synergy::cli
