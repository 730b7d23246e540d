// What is checked of a file beyond its field list, kind by kind.
//
// Rules walk the file's tree, so that each still tells what it can where other parts of the file are wrong.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/documents/load.hpp"
#include "synergy/files/kinds.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::files {

/// A file that another names.
struct Reference {
  std::filesystem::path file;
  FileKind kind;
};

/// Borrows all but the references for the time of one call.
struct RuleContext {
  const std::filesystem::path& file;
  const documents::DeployFolder& deploy;
  const schemas::BodyView* body;  ///< to be held against; nullptr: none
  std::vector<Reference>& references;
};

/// What the text of a finding begins with that leaves the file usable.
inline constexpr std::string_view kWarning = "warning: ";

/// Notes each line of `error` at the node.
void note_at(schemas::Findings& findings, schemas::Node at, const std::string& error);

/// The text at `path` below the root; nullptr where there is none.
struct TextAt {
  schemas::Node node;
  std::string text;
};
[[nodiscard]] std::optional<TextAt> text_at(schemas::Node root, std::string_view path);

/// The items of a list; empty where it is none.
[[nodiscard]] std::vector<schemas::Node> items_at(schemas::Node root, std::string_view path);

/// The text names a file of `folder` below deploy: notes that there is none, or adds it to the references.
void refer(const RuleContext& context, schemas::Findings& findings, const std::optional<TextAt>& name,
           std::string_view folder, FileKind kind);
/// The same of a link, which may be a file as seen from this one.
void refer_to_link(const RuleContext& context, schemas::Findings& findings,
                   const std::optional<TextAt>& name);

/// `value` is what was decoded, nullptr where that failed.
void app_rules(const RuleContext& context, schemas::Node root, const void* value,
               schemas::Findings& findings);
void device_rules(const RuleContext& context, schemas::Node root, schemas::Findings& findings);
void body_rules(const RuleContext& context, schemas::Node root, schemas::Findings& findings);
void model_rules(const RuleContext& context, schemas::Node root, const void* value,
                 schemas::Findings& findings);
void placement_rules(const RuleContext& context, schemas::Node root, schemas::Findings& findings);
/// Decodes the list itself.
void day_rules(const RuleContext& context, schemas::Node root, schemas::Findings& findings);
void workload_rules(const RuleContext& context, schemas::Node root, schemas::Findings& findings);
void measurement_rules(const RuleContext& context, schemas::Node root, schemas::Findings& findings);

}  // namespace synergy::files
