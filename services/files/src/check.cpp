#include "synergy/files/check.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <set>

#include "rules.hpp"
#include "synergy/base/text.hpp"
#include "synergy/documents/file.hpp"
#include "synergy/documents/finding.hpp"
#include "synergy/documents/profile_names.hpp"
#include "synergy/documents/yaml.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::files {
namespace {

namespace fs = std::filesystem;
using documents::Finding;
using schemas::Findings;
using schemas::Node;

/// Readers end an error of a file at about 1 MiB, some ten thousand lines (`schemas::Findings`).
constexpr std::size_t kLongestError = 1'000'000;

/// The kind whose schema the file's modeline names: `# yaml-language-server: $schema=.../app.schema.json`.
std::optional<FileKind> kind_in_modeline(const std::string& text) {
  constexpr std::string_view kMark = "yaml-language-server: $schema=";
  const auto begin = text.find(kMark);
  if (begin == std::string::npos) return std::nullopt;
  const auto end = text.find_first_of(" \r\n", begin + kMark.size());
  const auto schema = fs::path(text.substr(begin + kMark.size(), end - begin - kMark.size())).filename();
  for (const auto& kind : file_kinds())
    if (schema == schema_file_name(kind.kind)) return kind.kind;
  return std::nullopt;
}

/// The deploy folder that a file stands in: the nearest with `devices/`.
std::optional<fs::path> deploy_around(const fs::path& file) {
  std::error_code failure;
  for (auto folder = file.parent_path();; folder = folder / "..") {
    if (folder.empty()) folder = ".";
    if (fs::is_directory(folder / "devices", failure)) return folder.lexically_normal();
    if (fs::equivalent(folder, folder / "..", failure) || failure) return std::nullopt;
  }
}

/// Reads a tree as its kind's field list says, and by the rules of the kind.
Status read_as(FileKind kind, const RuleContext& context, Node root) {
  Findings findings(root);
  if (kind == FileKind::kDay) {
    day_rules(context, root, findings);
    return findings.status();
  }
  const auto& info = info_of(kind).info();
  const auto made = info.make();
  const auto decoded = schemas::decode(root, info, made.get());
  findings.note(decoded);
  const void* value = decoded ? made.get() : nullptr;
  if (kind == FileKind::kApp) app_rules(context, root, value, findings);
  if (kind == FileKind::kDevice) device_rules(context, root, findings);
  if (kind == FileKind::kBody) body_rules(context, root, findings);
  if (kind == FileKind::kModel) model_rules(context, root, value, findings);
  if (kind == FileKind::kPlacement) placement_rules(context, root, findings);
  if (kind == FileKind::kWorkloads) workload_rules(context, root, findings);
  if (kind == FileKind::kMeasurements) measurement_rules(context, root, findings);
  return findings.status();
}

/// What to do, where the line says only what is wrong.
std::string with_advice(const std::string& text) {
  const auto expected = text.find("expected ");
  const auto found = text.find(", found ");
  if (expected != std::string::npos && found != std::string::npos && expected < found)
    return text + "; write " + text.substr(expected + 9, found - expected - 9);
  if (text.find("' is missing (") != std::string::npos) return text + "; add it";
  if (text.find("' is given twice") != std::string::npos) return text + "; take one out";
  return text;
}

class Checker {
 public:
  explicit Checker(const CheckOptions& options) : options_(options) {}

  void add(const fs::path& file, std::optional<FileKind> kind, const fs::path& deploy) {
    std::error_code failure;
    const auto known = fs::weakly_canonical(file, failure);
    if (seen_.insert(failure ? file : known).second) queue_.push_back({file, kind, deploy});
  }
  [[nodiscard]] fs::path deploy_of(const fs::path& file) const {
    return options_.deploy_is_chosen ? options_.deploy : deploy_around(file).value_or(options_.deploy);
  }
  /// A body that is wrong is told of as the file that it is, and nothing is held against it.
  void set_body(const fs::path& file) {
    const auto deploy = deploy_of(file);
    if (auto body = documents::DeployFolder(deploy).body(file))
      body_ = *std::move(body);
    else
      add(file, FileKind::kBody, deploy);
  }
  CheckReport run() {
    for (; !queue_.empty(); queue_.pop_front()) visit(queue_.front());
    return std::move(report_);
  }

 private:
  struct Task {
    fs::path file;
    std::optional<FileKind> kind;
    fs::path deploy;
  };

  void visit(const Task& task) {
    std::vector<Reference> references;
    auto kind = task.kind;
    const auto status = read(task, kind, references);
    auto findings =
        status ? std::vector<Finding>() : documents::findings_in(status.error(), task.file.string());
    // What is wrong with a file that this one names is told of that file.
    std::erase_if(findings, [&](const Finding& finding) {
      return std::any_of(references.begin(), references.end(), [&](const Reference& reference) {
        const auto file = reference.file.string() + ":";
        return finding.text.starts_with(file) || finding.file + ":" == file;
      });
    });
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    findings.erase(std::unique(findings.begin(), findings.end()), findings.end());
    if (!status && status.error().message.size() >= kLongestError)
      findings.push_back(
          {task.file.string(), 0, 0, "has more errors than are told; mend these, and check again"});
    report_.files.push_back(
        {task.file.string(), kind ? std::string(schemas::name_of(*kind)) : std::string(), findings.size()});
    for (const auto& [file, line, column, text] : findings) {
      const bool warns = text.starts_with(kWarning);
      report_.findings.push_back({file, line, column, warns ? Severity::kWarning : Severity::kError,
                                  with_advice(warns ? text.substr(kWarning.size()) : text)});
    }
    for (const auto& reference : references) add(reference.file, reference.kind, task.deploy);
  }

  Status read(const Task& task, std::optional<FileKind>& kind, std::vector<Reference>& references) {
    const auto bytes = documents::read_file(task.file, documents::kMaxYamlBytes);
    if (!bytes) return bytes.error();
    const std::string text(bytes->begin(), bytes->end());
    const documents::DeployFolder deploy(task.deploy);
    const RuleContext context{task.file, deploy, body_ ? &*body_ : nullptr, references};
    return documents::with_yaml_text(
        text, task.file.string(),
        [&](Node root) -> Status {
          if (!kind) kind = kind_of(root);
          if (!kind) kind = kind_in_modeline(text);
          if (kind) return read_as(*kind, context, root);
          return root.wrong("its keys do not tell what kind of file this is; say --as KIND: " +
                            list_of(names_of_kinds()));
        },
        documents::YamlNumbers::kCore, std::numeric_limits<std::size_t>::max());
  }

  const CheckOptions& options_;
  std::optional<schemas::BodyView> body_;
  std::deque<Task> queue_;
  std::set<fs::path> seen_;
  CheckReport report_;
};

/// What a path on the command line stands for.
std::vector<fs::path> files_of(const fs::path& given) {
  std::error_code failure;
  if (!fs::is_directory(given, failure)) return {given};
  if (fs::exists(given / documents::kModelFile, failure)) return {given / documents::kModelFile};
  std::vector<fs::path> files;
  for (const auto& name : documents::names_in(given)) files.push_back(given / (name + ".yaml"));
  return files.empty() ? std::vector{given} : files;
}

}  // namespace

std::string to_text(const CheckFinding& finding) {
  const auto text = (finding.severity == Severity::kWarning ? std::string(kWarning) : "") + finding.text;
  return documents::to_text(Finding{finding.file, finding.line, finding.column, text});
}

std::size_t CheckReport::errors() const {
  return std::size_t(std::count_if(findings.begin(), findings.end(), [](const CheckFinding& finding) {
    return finding.severity == Severity::kError;
  }));
}

CheckReport check(const std::vector<fs::path>& given, const CheckOptions& options) {
  Checker checker(options);
  for (const auto& path : given)
    for (const auto& file : files_of(path)) checker.add(file, options.as, checker.deploy_of(file));
  if (!options.body.empty()) checker.set_body(options.body);
  return checker.run();
}

}  // namespace synergy::files
