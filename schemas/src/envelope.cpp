#include "synergy/schemas/envelope.hpp"

namespace synergy::schemas {

Bytes seal(const Envelope& envelope, const std::function<void(Encoder&)>& body) {
  return with_msgpack([&](Encoder& out) {
    std::apply(
        [&](const auto&... field) {
          out.begin_map(sizeof...(field) + 1);
          ((out.key(field.name), encode(out, envelope.*(field.member))), ...);
        },
        Envelope::fields());
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
    const auto body = detail::find_key(root, "body", root.size() - 1);
    if (!body) return root.wrong("envelope: 'body' is missing");
    return read(envelope, root.value(*body));
  });
}

}  // namespace synergy::schemas
