#include "json_tree.hpp"

#include <string_view>

#include "synergy/documents/file.hpp"

namespace synergy::accel_kat {

Status with_json_file(const std::filesystem::path& path, const std::function<Status(schemas::Node)>& read) {
  const auto bytes = documents::read_file(path, kMaxJsonBytes);
  if (!bytes) return bytes.error();
  const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  auto status = schemas::with_json_tree(text, schemas::UnknownKeys::kIgnored, read);
  if (!status) return status.error().at(path.string());
  return {};
}

}  // namespace synergy::accel_kat
