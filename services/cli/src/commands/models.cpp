// classify: a model over a file of pictures, on the emulator's arithmetic, without a mesh.
#include <algorithm>
#include <memory>
#include <optional>

#include "synergy/accel/evaluate.hpp"
#include "synergy/accel/model_files.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/model_argument.hpp"
#include "synergy/cli/table.hpp"
#include "synergy/documents/npy.hpp"
#include "synergy/execution/prepare.hpp"
#include "synergy/execution/result_value.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

struct ClassifyFlags {
  std::string model, images, labels, outputs;
};

struct Classification {
  std::uint64_t pictures = 0;
  std::optional<double> accuracy_percent;
  std::optional<std::uint64_t> outputs_that_differ;

  static void fields(auto& f) {
    using C = Classification;
    f.required("pictures", &C::pictures, "classified");
    f.required("accuracy_percent", &C::accuracy_percent, "labels that are right; null without labels");
    f.required("outputs_that_differ", &C::outputs_that_differ,
               "pictures whose raw outputs are not those given; null when none were given");
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

Result<Classification> classify(const ClassifyFlags& flags) {
  const auto model = accel::load_model(flags.model);
  if (!model) return model.error();
  const auto images = documents::read_npy(flags.images);
  if (!images) return images.error();
  const auto picture_bytes = model->program.input_bytes();
  if (images->type != "|u1" || images->data.size() % picture_bytes != 0)
    return Error{ErrorCode::kInvalid, flags.images + ": must hold unsigned bytes, " +
                                          std::to_string(picture_bytes) + " a picture"};
  const std::size_t count = images->data.size() / picture_bytes;
  documents::NpyArray labels, outputs;
  const auto output_bytes = model->program.output_bytes();
  if (!flags.labels.empty()) {
    auto read = read_array(flags.labels, count, 1);
    if (!read) return read.error();
    labels = std::move(*read);
  }
  if (!flags.outputs.empty()) {
    auto read = read_array(flags.outputs, count, output_bytes);
    if (!read) return read.error();
    outputs = std::move(*read);
  }
  Classification done;
  std::uint64_t right = 0, different = 0;
  for (; done.pictures < count; ++done.pictures) {
    const auto begin = images->data.begin() + std::ptrdiff_t(done.pictures * picture_bytes);
    std::vector<std::uint8_t> picture(begin, begin + std::ptrdiff_t(picture_bytes));
    execution::prepare(picture);
    const auto output = accel::to_bytes(accel::run_program(
        model->program, model->weights, accel::tensor_from_bytes(model->program.input(), picture)));
    const auto best =
        execution::argmax(output, model->program.layers[model->program.last_run()].output_width);
    if (!labels.data.empty()) right += best.label == labels.data[done.pictures];
    if (!outputs.data.empty())
      different += !std::equal(output.begin(), output.end(),
                               outputs.data.begin() + std::ptrdiff_t(done.pictures * output_bytes));
  }
  if (!labels.data.empty() && count > 0) done.accuracy_percent = 100.0 * double(right) / double(count);
  if (!outputs.data.empty()) done.outputs_that_differ = different;
  return done;
}

std::string to_text(const Classification& done) {
  std::string text = std::to_string(done.pictures) + " pictures\n";
  if (done.accuracy_percent) text += "accuracy: " + fixed(*done.accuracy_percent, 1) + " %\n";
  if (done.outputs_that_differ)
    text += "outputs that differ: " + std::to_string(*done.outputs_that_differ) + "\n";
  return text;
}

}  // namespace

void add_model_commands(Command& program, Shared& shared) {
  auto flags = std::make_shared<ClassifyFlags>();
  auto* command =
      add_command(program, shared, "classify", "Classify a file of pictures on the emulator, without a mesh",
                  [&shared, flags]() -> Status {
                    const auto done = classify(*flags);
                    if (!done) return done.error();
                    print<Classification>(shared, *done, to_text);
                    if (done->outputs_that_differ.value_or(0) > 0)
                      return Error{ErrorCode::kConflict, "outputs are not those of " + flags->outputs};
                    return {};
                  });
  command->add_option("MODEL", flags->model, "the model's folder, e.g. deploy/models/digits")->required();
  command->add_option("--images", flags->images, "pictures, unsigned bytes (.npy)")->required();
  command->add_option("--labels", flags->labels, "right labels (.npy), for the accuracy");
  command->add_option("--outputs", flags->outputs,
                      "raw outputs to compare with (.npy), e.g. of train.py evaluate");
  add_run_command(program, shared);
  add_model_show_command(program, shared);
}

}  // namespace synergy::cli
