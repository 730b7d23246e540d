#include "synergy/accel_import/model_folder.hpp"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "synergy/documents/yaml_writer.hpp"

namespace synergy::accel_import {
namespace {

namespace fs = std::filesystem;

constexpr const char* kModelFile = "model.yaml";

Error failed(const fs::path& path, const std::string& what) {
  return {ErrorCode::kEnvironment, path.string() + ": " + what};
}

/// A new folder beside `folder`, removed with its content unless it was renamed away.
class FolderBeside {
 public:
  static Result<fs::path> make(const fs::path& folder) {
    std::string pattern = (folder.parent_path() / ("." + folder.filename().string() + "-XXXXXX")).string();
    if (::mkdtemp(pattern.data()) == nullptr)
      return failed(folder, std::string("can not be made here: ") + std::strerror(errno));
    return fs::path(pattern);
  }
  explicit FolderBeside(fs::path path) : path_(std::move(path)) {}
  ~FolderBeside() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  FolderBeside(const FolderBeside&) = delete;
  FolderBeside& operator=(const FolderBeside&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

template <class Bytes>
Status write_file(const fs::path& path, const Bytes& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
  file.close();
  if (!file) return failed(path, "can not be written");
  return {};
}

Status write_files(const ImportedModel& model, const fs::path& folder) {
  if (auto status = write_file(folder / kModelFile, documents::to_yaml(model.description)); !status)
    return status;
  for (const auto& [name, tensor] : model.tensors)
    if (auto status = write_file(folder / name, documents::to_npy(tensor)); !status) return status;
  return model.input ? write_file(folder / kSampleFile, documents::to_npy(*model.input)) : Status();
}

/// Makes the folders above `folder` that are missing.
Status make_parents(const fs::path& folder) {
  std::error_code failure;
  const auto parent = folder.parent_path();
  if (!parent.empty()) fs::create_directories(parent, failure);
  return failure ? Status(failed(parent, "can not be made: " + failure.message())) : Status();
}

Status check_place(const fs::path& folder, bool replace) {
  std::error_code failure;
  if (folder.filename().empty() || folder.filename() == "." || folder.filename() == "..")
    return Error{ErrorCode::kInvalid, "'" + folder.string() + "' is no name of a new folder"};
  if (!fs::exists(fs::symlink_status(folder, failure))) return {};
  if (!replace)
    return Error{ErrorCode::kConflict, folder.string() + ": exists already; --force replaces a model"};
  if (fs::is_directory(fs::symlink_status(folder, failure)) &&
      (fs::exists(folder / kModelFile, failure) || fs::is_empty(folder, failure)))
    return {};
  return Error{ErrorCode::kConflict, folder.string() + ": is no model's folder, so it is not replaced"};
}

/// Renames `made` to `folder`; what was there ends up in `old`.
Status put_in_place(const fs::path& made, const fs::path& folder, const fs::path& old) {
  std::error_code failure;
  const bool replaces = fs::exists(folder, failure);
  if (replaces) fs::rename(folder, old / "replaced", failure);
  if (!failure) fs::rename(made, folder, failure);
  if (!failure) return {};
  const Error problem = failed(folder, failure.message());
  if (replaces) fs::rename(old / "replaced", folder, failure);
  return problem;
}

}  // namespace

Status write_model_folder(const ImportedModel& model, const fs::path& given, bool replace) {
  const auto folder = given.has_filename() ? given : given.parent_path();  // `models/x/` means `models/x`
  if (auto status = check_place(folder, replace); !status) return status;
  if (auto status = make_parents(folder); !status) return status;
  auto made = FolderBeside::make(folder);
  if (!made) return made.error();
  const FolderBeside beside(*std::move(made));
  std::error_code failure;
  const auto content = beside.path() / "new", old = beside.path();
  if (!fs::create_directory(content, failure)) return failed(content, failure.message());
  if (auto status = write_files(model, content); !status) return status;
  return put_in_place(content, folder, old);
}

}  // namespace synergy::accel_import
