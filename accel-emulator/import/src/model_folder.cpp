#include "synergy/accel_import/model_folder.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "synergy/documents/model_folder.hpp"
#include "synergy/documents/yaml_writer.hpp"

namespace synergy::accel_import {
namespace {

namespace fs = std::filesystem;

using documents::kModelFile;

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
  if (!model.input) return {};
  auto sample = *model.input;
  sample.shape.insert(sample.shape.begin(), 1);  // a file of inputs that holds one: feed and ask count them
  return write_file(folder / kSampleFile, documents::to_npy(sample));
}

/// Makes the folders above `folder` that are missing.
Status make_parents(const fs::path& folder) {
  std::error_code failure;
  const auto parent = folder.parent_path();
  if (!parent.empty()) fs::create_directories(parent, failure);
  return failure ? Status(failed(parent, "can not be made: " + failure.message())) : Status();
}

Error exists_already(const fs::path& folder) {
  return {ErrorCode::kConflict, folder.string() + ": exists already; --force replaces a model"};
}

/// Whether an import may have written a file of this name.
bool is_imported_file(const std::string& name) {
  return name == kModelFile || name == kSampleFile ||
         (name.ends_with(".npy") && (name.starts_with("weights_") || name.starts_with("bias_")));
}

/// Whether `folder` is empty, or holds a model and nothing that no import wrote.
Status check_replaceable(const fs::path& folder) {
  std::error_code failure;
  const Error no_model{ErrorCode::kConflict,
                       folder.string() + ": is no model's folder, so it is not replaced"};
  if (!fs::is_directory(fs::symlink_status(folder, failure))) return no_model;
  bool has_model = false, is_empty = true;
  fs::path others;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    const auto name = entry.path().filename().string();
    is_empty = false;
    has_model = has_model || name == kModelFile;
    if (!is_imported_file(name)) others = entry.path();
  }
  if (failure || (!has_model && !is_empty)) return no_model;
  if (others.empty()) return {};
  return Error{ErrorCode::kConflict, others.string() + ": was written by no import, so " + folder.string() +
                                         " is not replaced; move that away first"};
}

Status check_place(const fs::path& folder, bool replace) {
  std::error_code failure;
  if (folder.filename().empty() || folder.filename() == "." || folder.filename() == "..")
    return Error{ErrorCode::kInvalid, "'" + folder.string() + "' is no name of a new folder"};
  if (!fs::exists(fs::symlink_status(folder, failure))) return {};
  return replace ? check_replaceable(folder) : Status(exists_already(folder));
}

/// rename() with the flags of renameat2(2): RENAME_NOREPLACE, RENAME_EXCHANGE. The number of the error, or 0.
int rename_with(const fs::path& from, const fs::path& to, unsigned flags) {
  return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0 ? 0 : errno;
}

/// Gives `made` the name `folder` in one step, so that nobody ever finds half a model there, nor none.
/// Whatever came to stand there since it was looked at stays, unless it is a model that may be replaced.
Status put_in_place(const fs::path& made, const fs::path& folder, bool replace) {
  auto error = rename_with(made, folder, RENAME_NOREPLACE);
  if (error == EEXIST && replace) {
    error = rename_with(made, folder, RENAME_EXCHANGE);  // what was there is `made` now
    if (error == 0) {
      auto status = check_replaceable(made);
      if (status) return {};
      if (rename_with(made, folder, RENAME_EXCHANGE) == 0)
        return Error{status.error().code, folder.string() + ": was changed meanwhile, and is not replaced"};
      return failed(made, "holds what stood in " + folder.string());
    }
  }
  if (error == EEXIST) return exists_already(folder);
  return error == 0 ? Status() : Status(failed(folder, std::strerror(error)));
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
  const auto content = beside.path() / "new";
  if (!fs::create_directory(content, failure)) return failed(content, failure.message());
  if (auto status = write_files(model, content); !status) return status;
  return put_in_place(content, folder, replace);
}

}  // namespace synergy::accel_import
