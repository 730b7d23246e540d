#include "synergy/client/answer.hpp"

#include <algorithm>
#include <utility>

#include "synergy/execution/result_value.hpp"

namespace synergy::client {
namespace {

constexpr std::size_t kClassesShown = 10;

std::string name_of_class(const std::vector<std::string>& names, std::int32_t label) {
  return label >= 0 && std::size_t(label) < names.size() ? names[std::size_t(label)] : "";
}

/// `3 (three)`; a name that is the number itself is not said again.
std::string class_text(std::int32_t label, const std::string& name) {
  const auto number = std::to_string(label);
  return number + (name.empty() || name == number ? "" : " (" + name + ")");
}

std::int32_t value_at(const schemas::Bytes& output, std::size_t bytes, std::size_t at) {
  if (bytes == 1) return std::int8_t(output[at]);
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < bytes; ++i) word |= std::uint32_t(output[at * bytes + i]) << (8 * i);
  return std::int32_t(word);
}

void add_values(const schemas::Bytes& output, std::uint32_t width, Answer& answer) {
  const std::size_t bytes = width / 8;
  answer.values = output.size() / bytes;
  for (std::size_t i = 0; i < std::min<std::size_t>(answer.values, kValuesShown); ++i)
    answer.first_values.push_back(value_at(output, bytes, i));
}

void add_label(execution::Argmax best, const std::vector<std::string>& names, Answer& answer) {
  if (best.label < 0) return;
  answer.label = best.label;
  answer.score = best.score;
  answer.label_name = name_of_class(names, best.label);
}

void add_map(const schemas::Bytes& labels, const std::vector<std::string>& names, Answer& answer) {
  std::map<std::int32_t, std::uint64_t> counts;
  for (const auto label : labels) ++counts[label];
  answer.pixels = counted(counts, names);
}

}  // namespace

std::vector<ClassCount> counted(const std::map<std::int32_t, std::uint64_t>& counts,
                                const std::vector<std::string>& names) {
  std::vector<ClassCount> classes;
  for (const auto& [label, count] : counts) classes.push_back({label, name_of_class(names, label), count});
  std::stable_sort(classes.begin(), classes.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  return classes;
}

std::string to_text(const std::vector<ClassCount>& classes) {
  std::string text;
  for (std::size_t i = 0; i < std::min(classes.size(), kClassesShown); ++i)
    text += (i == 0 ? "" : ", ") + class_text(classes[i].label, classes[i].name) + " x " +
            std::to_string(classes[i].count);
  if (classes.size() > kClassesShown)
    text += " and " + std::to_string(classes.size() - kClassesShown) + " classes more";
  return text;
}

std::string kind_of_answer(const schemas::PipelinePlan& pipeline) {
  if (pipeline.result != schemas::ResultKind::kArgmax) return "values";
  return execution::has_one_label(pipeline) ? "class" : "map";
}

Answer answer_of_output(const schemas::PipelinePlan& pipeline, schemas::Bytes output) {
  schemas::RunResult result;
  result.output = execution::result_of(pipeline, std::move(output));
  if (pipeline.result == schemas::ResultKind::kArgmax && execution::has_one_label(pipeline))
    if (const auto best = execution::argmax_from(result.output)) {
      result.label = best->label;
      result.score = best->score;
      result.output.clear();
    }
  return answer_of(&pipeline, result);
}

Answer answer_of(const schemas::PipelinePlan* pipeline, const schemas::RunResult& result) {
  Answer answer;
  if (pipeline == nullptr) {
    add_label({result.label, result.score}, {}, answer);
    answer.label_name = result.label_name;
    answer.values = result.output.size();
    return answer;
  }
  const auto& names = pipeline->labels;
  add_label({result.label, result.score}, names, answer);
  if (result.output.empty()) return answer;
  if (pipeline->result == schemas::ResultKind::kArgmax) {
    add_map(result.output, names, answer);
    return answer;
  }
  add_values(result.output, pipeline->output_width, answer);
  if (pipeline->result == schemas::ResultKind::kSoftmax && execution::has_one_label(*pipeline))
    add_label(execution::argmax(result.output, pipeline->output_width), names, answer);
  return answer;
}

std::string to_text(const Answer& answer) {
  if (!answer.pixels.empty()) {
    std::uint64_t all = 0;
    for (const auto& found : answer.pixels) all += found.count;
    return "map of " + std::to_string(all) + " pixels: " + to_text(answer.pixels);
  }
  if (answer.label)
    return class_text(*answer.label, answer.label_name) + ", value " + std::to_string(*answer.score);
  if (answer.first_values.empty())
    return answer.values > 0 ? std::to_string(answer.values) + " bytes" : "no class";
  auto text = std::to_string(answer.values) + " values:";
  for (const auto value : answer.first_values) text += " " + std::to_string(value);
  return text + (answer.values > answer.first_values.size() ? " ..." : "");
}

}  // namespace synergy::client
