#include "synergy/schemas/envelope.hpp"

#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Bytes seal(const Envelope& envelope, const std::function<void(Encoder&)>& body) {
  return with_msgpack([&](Encoder& out) {
    const auto& info = describe<Envelope>();
    out.begin_map(info.fields.size() + 1);
    for (const auto& field : info.fields) {
      out.key(field.name);
      field.type->encode(out, field.in(&envelope));
    }
    out.key("body");
    body(out);
    out.end_map();
  });
}

Status open(std::span<const std::uint8_t> bytes,
            const std::function<Status(const Envelope&, Node body)>& read) {
  if (bytes.size() > kMaxMessageBytes)
    return Error{ErrorCode::kInvalid, "the message has " + std::to_string(bytes.size()) +
                                          " bytes, the limit is " + std::to_string(kMaxMessageBytes)};
  return with_msgpack_tree(bytes, [&](Node root) -> Status {
    Envelope envelope;
    if (auto status = decode(root, envelope); !status) return status.error().at("envelope");
    const auto body = find_key(root, "body", root.size() - 1);
    if (!body) return root.wrong("envelope: 'body' is missing");
    return read(envelope, root.value(*body));
  });
}

template const StructInfo& describe<Envelope>();
template const StructInfo& describe<Failure>();
template const StructInfo& describe<Done>();

}  // namespace synergy::schemas
