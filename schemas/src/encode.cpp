#include "synergy/schemas/encode.hpp"

#include <msgpack.hpp>
#include <nlohmann/json.hpp>

#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {
namespace {

/// msgpack-c writes into its sink by this member function.
struct ByteSink {
  static constexpr std::size_t kUsual = 512;  ///< an envelope and a small body: one allocation for all of it
  Bytes bytes;
  ByteSink() { bytes.reserve(kUsual); }
  void write(const char* data, std::size_t size) { bytes.insert(bytes.end(), data, data + size); }
};

class MsgpackEncoder final : public Encoder {
 public:
  void null() override { packer_.pack_nil(); }
  void boolean(bool value) override { value ? packer_.pack_true() : packer_.pack_false(); }
  void integer(std::int64_t value) override { packer_.pack_int64(value); }
  void unsigned_integer(std::uint64_t value) override { packer_.pack_uint64(value); }
  void real(double value) override { packer_.pack_double(value); }
  void text(std::string_view value) override {
    packer_.pack_str(std::uint32_t(value.size()));
    packer_.pack_str_body(value.data(), std::uint32_t(value.size()));
  }
  void bytes(std::span<const std::uint8_t> value) override {
    packer_.pack_bin(std::uint32_t(value.size()));
    packer_.pack_bin_body(reinterpret_cast<const char*>(value.data()), std::uint32_t(value.size()));
  }
  void begin_map(std::size_t entries) override { packer_.pack_map(std::uint32_t(entries)); }
  void key(std::string_view name) override { text(name); }
  void end_map() override {}
  void begin_list(std::size_t items) override { packer_.pack_array(std::uint32_t(items)); }
  void end_list() override {}

  [[nodiscard]] Bytes take() { return std::move(sink_.bytes); }

 private:
  ByteSink sink_;
  msgpack::packer<ByteSink> packer_{sink_};
};

/// Builds the document bottom up: `open_` holds the containers being filled, `keys_` where their next value
/// goes.
class JsonEncoder final : public Encoder {
 public:
  using Json = nlohmann::ordered_json;

  void null() override { place(nullptr); }
  void boolean(bool value) override { place(value); }
  void integer(std::int64_t value) override { place(value); }
  void unsigned_integer(std::uint64_t value) override { place(value); }
  void real(double value) override { place(value); }
  void text(std::string_view value) override { place(value); }
  void bytes(std::span<const std::uint8_t> value) override { place(Json{{"bytes", value.size()}}); }
  void begin_map(std::size_t) override { open_.push_back({Json::object(), {}}); }
  void key(std::string_view name) override { open_.back().key = name; }
  void end_map() override { close(); }
  void begin_list(std::size_t) override { open_.push_back({Json::array(), {}}); }
  void end_list() override { close(); }

  [[nodiscard]] std::string take(int indent) const {
    return root_.dump(indent, ' ', false, Json::error_handler_t::replace);
  }

 private:
  struct Open {
    Json container;
    std::string key;
  };

  void place(Json value) {
    if (open_.empty())
      root_ = std::move(value);
    else if (open_.back().container.is_array())
      open_.back().container.push_back(std::move(value));
    else
      open_.back().container[open_.back().key] = std::move(value);
  }
  void close() {
    Json done = std::move(open_.back().container);
    open_.pop_back();
    place(std::move(done));
  }

  std::vector<Open> open_;
  Json root_;
};

Bytes bytes_of(const FieldInfo& field, const void* value) {
  return with_msgpack([&](Encoder& out) { field.type->encode(out, field.in(value)); });
}

/// Compared as they would travel: not every type of a field can be compared in C++.
bool is_default(const StructInfo& info, const FieldInfo& field, const void* value) {
  return bytes_of(field, value) == bytes_of(field, info.defaults.get());
}

}  // namespace

void encode(Encoder& out, const StructInfo& info, const void* value) {
  out.begin_map(info.fields.size());
  for (const auto& field : info.fields) {
    if (out.leaves_out_defaults() && field.presence == Presence::kOptional && is_default(info, field, value))
      continue;
    out.key(field.name);
    field.type->encode(out, field.in(value));
  }
  out.end_map();
}

Bytes with_msgpack(const std::function<void(Encoder&)>& walk) {
  MsgpackEncoder encoder;
  walk(encoder);
  return encoder.take();
}

std::string with_json(const std::function<void(Encoder&)>& walk, int indent) {
  JsonEncoder encoder;
  walk(encoder);
  return encoder.take(indent);
}

}  // namespace synergy::schemas
