#include "json_tree.hpp"

#include <nlohmann/json.hpp>

#include "synergy/documents/file.hpp"

namespace synergy::accel_kat {
namespace {

using schemas::Kind;
using schemas::Node;
/// Keeps a map's entries in a vector, so that the i-th one is found at once.
using Json = nlohmann::ordered_json;

const Json& tree(const void* data) { return *static_cast<const Json*>(data); }

const Json::object_t& map_of(const void* data) { return *tree(data).get_ptr<const Json::object_t*>(); }

Kind kind_of(const void* data) {
  switch (tree(data).type()) {
    case Json::value_t::boolean:
      return Kind::kBoolean;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return Kind::kInteger;
    case Json::value_t::number_float:
      return Kind::kReal;
    case Json::value_t::string:
      return Kind::kText;
    case Json::value_t::array:
      return Kind::kList;
    case Json::value_t::object:
      return Kind::kMap;
    default:
      return Kind::kNull;
  }
}

Node item_node(const void* data, std::size_t i);
Node value_node(const void* data, std::size_t i);

constexpr Node::Reader kReader{
    kind_of,
    [](const void* d) { return tree(d).get<bool>(); },
    [](const void* d, std::int64_t& out) {
      out = tree(d).get<std::int64_t>();
      return !tree(d).is_number_unsigned() || out >= 0;
    },
    [](const void* d, std::uint64_t& out) {
      out = tree(d).get<std::uint64_t>();
      return tree(d).is_number_unsigned() || tree(d).get<std::int64_t>() >= 0;
    },
    [](const void* d) { return tree(d).get<double>(); },
    [](const void* d) { return std::string_view(tree(d).get_ref<const std::string&>()); },
    [](const void*) { return std::span<const std::uint8_t>(); },
    [](const void* d) { return tree(d).size(); },
    item_node,
    [](const void* d, std::size_t i) {
      return std::string_view((map_of(d).begin() + std::ptrdiff_t(i))->first);
    },
    value_node,
    [](const void*) { return std::string(); },
    false};

Node item_node(const void* data, std::size_t i) { return {kReader, &tree(data)[i]}; }
// The vector's own access: ordered_map's operator[] looks for a key.
Node value_node(const void* data, std::size_t i) {
  return {kReader, &(map_of(data).begin() + std::ptrdiff_t(i))->second};
}

}  // namespace

Status with_json_file(const std::filesystem::path& path, const std::function<Status(Node)>& read) {
  const std::string name = path.string();
  const auto bytes = documents::read_file(path, kMaxJsonBytes);
  if (!bytes) return bytes.error();
  Json root;
  try {
    root = Json::parse(*bytes);
  } catch (const Json::exception& error) {
    return Error{ErrorCode::kInvalid, name + ": not JSON: " + error.what()};
  }
  auto status = read(Node(kReader, &root));
  if (!status) return status.error().at(name);
  return {};
}

}  // namespace synergy::accel_kat
