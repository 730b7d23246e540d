#include "synergy/cli/classification.hpp"

#include <algorithm>
#include <map>

#include "synergy/cli/client.hpp"
#include "synergy/client/table.hpp"
#include "synergy/execution/result_value.hpp"
#include "synergy/planner/cost_model.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

constexpr std::size_t kPicturesShown = 10;

}  // namespace

schemas::PipelinePlan result_form(const accel::LoadedModel& model) {
  schemas::PipelinePlan form;
  form.result = model.program.result;
  form.output_width = model.program.layers[model.program.last_run()].output_width;
  form.classes = planner::class_count({model.program, model.digest, model.description.labels});
  form.output_pixels = std::uint32_t(model.program.output().pixels());
  form.labels = model.description.labels;
  return form;
}

std::size_t labels_a_picture(const accel::LoadedModel& model) {
  if (model.program.result == schemas::ResultKind::kRaw) return 0;
  if (execution::has_one_label(result_form(model))) return 1;
  if (model.program.result == schemas::ResultKind::kSoftmax) return 0;
  return std::size_t(planner::label_count({model.program, model.digest, model.description.labels}));
}

std::size_t add_picture(const schemas::PipelinePlan& form, const schemas::Bytes& output,
                        std::span<const std::int32_t> labels, Classification& done) {
  ++done.pictures;
  const auto& answer = done.answers.emplace_back(answer_of_output(form, output));
  if (labels.empty()) return 0;
  if (answer.label) return *answer.label == labels.front() ? 1 : 0;
  const auto map = execution::result_of(form, output);
  std::size_t right = 0;
  for (std::size_t i = 0; i < std::min(map.size(), labels.size()); ++i) right += map[i] == labels[i];
  return right;
}

void sum_up(const schemas::PipelinePlan& form, Classification& done) {
  std::map<std::int32_t, std::uint64_t> classes, pixels;
  for (const auto& answer : done.answers) {
    if (answer.label) ++classes[*answer.label];
    for (const auto& found : answer.pixels) pixels[found.label] += found.count;
  }
  done.classes = counted(classes, form.labels);
  done.pixels = counted(pixels, form.labels);
}

std::string to_text(const Classification& done) {
  std::string text = std::to_string(done.pictures) + " pictures\n";
  for (std::size_t i = 0; i < std::min(done.answers.size(), kPicturesShown); ++i)
    text += "  picture " + std::to_string(i) + ": " + to_text(done.answers[i]) + "\n";
  if (done.answers.size() > kPicturesShown) text += "  ... (--json has all)\n";
  if (!done.classes.empty()) text += "classes: " + to_text(done.classes) + "\n";
  if (!done.pixels.empty()) text += "pixels of all maps: " + to_text(done.pixels) + "\n";
  if (done.accuracy_percent) text += "accuracy: " + fixed(*done.accuracy_percent, 1) + " %\n";
  if (done.outputs_that_differ)
    text += "outputs that differ: " + std::to_string(*done.outputs_that_differ) + "\n";
  return text;
}

}  // namespace synergy::cli

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::cli::Classification>();
