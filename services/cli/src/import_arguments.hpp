// Whether the files given to `synergy import` are what their options ask for.
#pragma once

#include <string>

#include "synergy/base/result.hpp"

namespace synergy::cli {

/// The files as the command line names them; an empty name was not given.
struct ImportFiles {
  std::string network, checkpoint, sample;
};

/// Looks at the first bytes of each file. Fails with kInvalid where one is evidently of another option's
/// kind, and says which option it belongs to. A file that can not be read is left to its reader.
Status check_import_files(const ImportFiles& files);

}  // namespace synergy::cli
