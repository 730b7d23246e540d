// JSON text as a tree that described structs are decoded from. Of a key that an object has twice the last
// counts.
#include <nlohmann/json.hpp>

#include "synergy/base/visible_text.hpp"
#include "synergy/schemas/decode.hpp"

namespace synergy::schemas {
namespace {

/// Keeps a map's entries in a vector, so that the i-th one is found at once.
using Json = nlohmann::ordered_json;
/// Of what the parser says; it may quote what it read.
constexpr std::size_t kMaxQuoted = 300;

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

bool integer_of(const void* data, std::int64_t& out) {
  out = tree(data).get<std::int64_t>();
  return !tree(data).is_number_unsigned() || out >= 0;
}

bool unsigned_of(const void* data, std::uint64_t& out) {
  out = tree(data).get<std::uint64_t>();
  return tree(data).is_number_unsigned() || tree(data).get<std::int64_t>() >= 0;
}

template <UnknownKeys unknown>
Node item_node(const void* data, std::size_t i);
template <UnknownKeys unknown>
Node value_node(const void* data, std::size_t i);

template <UnknownKeys unknown>
constexpr Node::Reader kReader{
    kind_of,
    [](const void* d) { return tree(d).get<bool>(); },
    integer_of,
    unsigned_of,
    [](const void* d) { return tree(d).get<double>(); },
    [](const void* d) { return std::string_view(tree(d).get_ref<const std::string&>()); },
    [](const void*) { return std::span<const std::uint8_t>(); },
    [](const void* d) { return tree(d).size(); },
    item_node<unknown>,
    [](const void* d, std::size_t i) {
      return std::string_view((map_of(d).begin() + std::ptrdiff_t(i))->first);
    },
    value_node<unknown>,
    [](const void*) { return std::string(); },
    unknown == UnknownKeys::kRefused};

template <UnknownKeys unknown>
Node item_node(const void* data, std::size_t i) {
  return {kReader<unknown>, &tree(data)[i]};
}

// The vector's own access: ordered_map's operator[] looks for a key.
template <UnknownKeys unknown>
Node value_node(const void* data, std::size_t i) {
  return {kReader<unknown>, &(map_of(data).begin() + std::ptrdiff_t(i))->second};
}

/// Keeps what nests too deep from being built; `too_deep` says so.
Json parsed(std::string_view text, bool& too_deep) {
  return Json::parse(text, [&](int depth, Json::parse_event_t event, Json&) {
    const bool opens =
        event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    too_deep |= opens && depth >= int(kMaxDepth);
    return !too_deep;
  });
}

}  // namespace

/// Bytes of an error: it is sent to whoever sent the JSON.
constexpr std::size_t kMostErrorText = 16384;

Status with_json_tree(std::string_view text, UnknownKeys unknown, const std::function<Status(Node)>& read) {
  Json root;
  bool too_deep = false;
  try {
    root = parsed(text, too_deep);
  } catch (const Json::exception& error) {
    return Error{ErrorCode::kInvalid,
                 "not JSON: " + visible(std::string_view(error.what()).substr(0, kMaxQuoted))};
  }
  if (too_deep)
    return Error{ErrorCode::kInvalid, "JSON that nests deeper than " + std::to_string(kMaxDepth) + " levels"};
  auto status = read(unknown == UnknownKeys::kRefused ? Node(kReader<UnknownKeys::kRefused>, &root)
                                                      : Node(kReader<UnknownKeys::kIgnored>, &root));
  if (status || status.error().message.size() <= kMostErrorText) return status;
  const auto& told = status.error().message;
  return Error{status.error().code, told.substr(0, told.rfind('\n', kMostErrorText))};
}

}  // namespace synergy::schemas
