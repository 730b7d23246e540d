// JSON Schemas (draft-07) of described structs, for editors that complete and check files while they are
// written.
//
// A schema takes what decode() takes of a file, and refuses what it refuses, but for what such a schema can
// not say: rules between fields (check()), whether what a value names exists, control characters, and that
// lengths are bytes (here: characters, of which there are never more). 3.0 is a whole number to a schema.
#pragma once

#include <string>
#include <string_view>

#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

struct SchemaHead {
  std::string_view title, description;
  bool is_list = false;  ///< the file is a list of such structs
};

/// The text of a `.schema.json` file.
[[nodiscard]] std::string json_schema(const StructInfo& root, const SchemaHead& head);

}  // namespace synergy::schemas
