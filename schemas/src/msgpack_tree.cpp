// Reads msgpack with msgpack-c and shows its object tree as Nodes, without copying.
#include <algorithm>
#include <msgpack.hpp>

#include "synergy/schemas/decode.hpp"

namespace synergy::schemas {
namespace {

const msgpack::object& object(const void* data) { return *static_cast<const msgpack::object*>(data); }

Kind kind(const void* data) {
  switch (object(data).type) {
    case msgpack::type::NIL:
      return Kind::kNull;
    case msgpack::type::BOOLEAN:
      return Kind::kBoolean;
    case msgpack::type::POSITIVE_INTEGER:
    case msgpack::type::NEGATIVE_INTEGER:
      return Kind::kInteger;
    case msgpack::type::FLOAT32:
    case msgpack::type::FLOAT64:
      return Kind::kReal;
    case msgpack::type::STR:
      return Kind::kText;
    case msgpack::type::BIN:
      return Kind::kBytes;
    case msgpack::type::ARRAY:
      return Kind::kList;
    case msgpack::type::MAP:
      return Kind::kMap;
    case msgpack::type::EXT:
      return Kind::kNull;  // no message uses extension types
  }
  return Kind::kNull;
}

bool boolean(const void* data) { return object(data).via.boolean; }

bool integer(const void* data, std::int64_t& out) {
  const auto& value = object(data);
  if (value.type == msgpack::type::POSITIVE_INTEGER) {
    if (value.via.u64 > std::uint64_t(std::numeric_limits<std::int64_t>::max())) return false;
    out = std::int64_t(value.via.u64);
  } else {
    out = value.via.i64;
  }
  return true;
}

bool unsigned_integer(const void* data, std::uint64_t& out) {
  const auto& value = object(data);
  out = value.via.u64;
  return value.type == msgpack::type::POSITIVE_INTEGER;
}

double real(const void* data) {
  const auto& value = object(data);
  if (value.type == msgpack::type::POSITIVE_INTEGER) return double(value.via.u64);
  if (value.type == msgpack::type::NEGATIVE_INTEGER) return double(value.via.i64);
  return value.via.f64;
}

std::string_view text(const void* data) { return {object(data).via.str.ptr, object(data).via.str.size}; }

std::span<const std::uint8_t> bytes(const void* data) {
  const auto& bin = object(data).via.bin;
  return {reinterpret_cast<const std::uint8_t*>(bin.ptr), bin.size};
}

std::size_t size(const void* data) {
  const auto& value = object(data);
  return value.type == msgpack::type::ARRAY ? value.via.array.size : value.via.map.size;
}

std::string place(const void*) { return {}; }

Node item(const void* data, std::size_t i);
Node value(const void* data, std::size_t i);

std::string_view key(const void* data, std::size_t i) {
  const auto& name = object(data).via.map.ptr[i].key;
  if (name.type != msgpack::type::STR) return {};
  return {name.via.str.ptr, name.via.str.size};
}

constexpr Node::Reader kReader{kind,  boolean, integer, unsigned_integer, real, text, bytes, size, item, key,
                               value, place,   false};

Node item(const void* data, std::size_t i) { return {kReader, &object(data).via.array.ptr[i]}; }
Node value(const void* data, std::size_t i) { return {kReader, &object(data).via.map.ptr[i].val}; }

}  // namespace

Status with_msgpack_tree(std::span<const std::uint8_t> bytes, const std::function<Status(Node)>& read) {
  // A container's memory is taken when its header is read, before its items are: the limit on items, times
  // the limit on depth, bounds what a hostile header can cost.
  const std::size_t items = std::min<std::size_t>(bytes.size(), kMaxItems);
  const msgpack::unpack_limit limits(items, items, bytes.size(), bytes.size(), 0, kMaxDepth);
  msgpack::object_handle root;
  try {
    std::size_t offset = 0;
    const auto borrow = [](msgpack::type::object_type, std::size_t, void*) { return true; };
    root = msgpack::unpack(reinterpret_cast<const char*>(bytes.data()), bytes.size(), offset, borrow, nullptr,
                           limits);
    if (offset != bytes.size()) return Error{ErrorCode::kInvalid, "bytes follow the msgpack value"};
  } catch (const std::exception& error) {  // msgpack-c reports damaged input by exception
    return Error{ErrorCode::kInvalid, std::string("not a msgpack value: ") + error.what()};
  }
  return read(Node(kReader, &root.get()));
}

}  // namespace synergy::schemas
