// The kinds of files that people write, each with the field list that its reader goes by: from it come the
// JSON Schemas of deploy/schemas, `synergy check` and `synergy new`.
//
// To add a kind: its name here, its row in kinds.cpp, and `synergy schema --files deploy/schemas`.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::files {

enum class FileKind {
  kApp,
  kBody,
  kDevice,
  kSensor,
  kActuator,
  kLink,
  kModel,
  kPlacement,
  kDay,
  kWorkloads,
  kMeasurements,
};

struct KindInfo {
  FileKind kind;
  std::string_view title;        ///< for people: `app file`
  std::string_view description;  ///< what it is, and where such files stand
  const schemas::StructInfo& (*info)();
  bool is_list = false;  ///< the file is a list of these structs
};

/// All kinds, in the order of FileKind.
[[nodiscard]] std::span<const KindInfo> file_kinds();
[[nodiscard]] const KindInfo& info_of(FileKind kind);
[[nodiscard]] std::vector<std::string> names_of_kinds();

/// The kind that a file's content is most likely of: that whose fields have most of its keys. Nothing where
/// several, or none, have.
[[nodiscard]] std::optional<FileKind> kind_of(schemas::Node root);

/// `app.schema.json`.
[[nodiscard]] std::string schema_file_name(FileKind kind);
/// The kind's JSON Schema.
[[nodiscard]] std::string schema_of(FileKind kind);

}  // namespace synergy::files

namespace synergy::schemas {
template <>
inline constexpr std::array<std::pair<files::FileKind, std::string_view>, 11> kEnumNames<files::FileKind>{{
    {files::FileKind::kApp, "app"},
    {files::FileKind::kBody, "body"},
    {files::FileKind::kDevice, "device"},
    {files::FileKind::kSensor, "sensor"},
    {files::FileKind::kActuator, "actuator"},
    {files::FileKind::kLink, "link"},
    {files::FileKind::kModel, "model"},
    {files::FileKind::kPlacement, "placement"},
    {files::FileKind::kDay, "day"},
    {files::FileKind::kWorkloads, "workloads"},
    {files::FileKind::kMeasurements, "measurements"},
}};
}  // namespace synergy::schemas
