// What every message on the bus is wrapped in: one msgpack map of the envelope's fields, with the message as
// its last field `body`. A message on the wire is two ZeroMQ frames: the topic, then this map.
//
// Read first what each field is for in `schemas/README.md`; golden bytes in tests/data pin the format.
#pragma once

#include "synergy/base/clock.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::schemas {

/// The largest message, body and envelope together. A MAX78002 tensor is at most 1.25 MiB of data memory.
inline constexpr std::size_t kMaxMessageBytes = 4u << 20;
inline constexpr std::size_t kMaxTopicBytes = 200;

struct Envelope {
  std::string schema;         ///< the message's name
  std::uint32_t version = 1;  ///< of that message
  std::uint32_t oldest_reader = 1;
  std::string sender;          ///< the participant's name, unique on the bus; replies go to `@sender/`
  std::uint64_t instance = 0;  ///< differs each time the sender starts
  std::uint64_t sequence = 0;  ///< counts the sender's messages on this topic from 1; 0 on direct topics
  std::string request_id;      ///< correlation: of a command and of everything done for it
  UnixTime sent_unix_ns;
  UnixTime deadline_unix_ns;  ///< 0: none. A command is not acted on after it

  static void fields(auto& f) {
    f.required("schema", &Envelope::schema, "the message's name", text_of(1, kMaxNameBytes));
    f.required("version", &Envelope::version, "version of the message");
    f.optional("oldest_reader", &Envelope::oldest_reader, "oldest version whose readers understand it");
    f.required("sender", &Envelope::sender, "name of the sending participant", text_of(1, kMaxSenderBytes));
    f.optional("instance", &Envelope::instance, "differs each time the sender starts", kAnyNumber);
    f.optional("sequence", &Envelope::sequence, "counts the sender's messages on the topic; 0 = not counted");
    f.optional("request_id", &Envelope::request_id, "correlation and idempotency key",
               text_of(0, kMaxRequestIdBytes));
    f.optional("sent_unix_ns", &Envelope::sent_unix_ns, "when it was sent");
    f.optional("deadline_unix_ns", &Envelope::deadline_unix_ns, "not acted on after this; 0 = no deadline");
  }
};

/// The whole message, envelope and body, as the bytes of the second frame.
[[nodiscard]] Bytes seal(const Envelope& envelope, const std::function<void(Encoder&)>& body);
template <Message T>
[[nodiscard]] Bytes seal(Envelope envelope, const T& message) {
  envelope.schema = T::kMessage.name;
  envelope.version = T::kMessage.version;
  envelope.oldest_reader = T::kMessage.oldest_reader;
  return seal(envelope, [&](Encoder& out) { encode(out, message); });
}

/// Opens a message: decodes the envelope and hands it to `read` with the body. Fails with kInvalid on damage.
Status open(std::span<const std::uint8_t> bytes,
            const std::function<Status(const Envelope&, Node body)>& read);

/// Whether a reader of `T` may read a message with this envelope: same name, and neither too new nor too old.
template <Message T>
[[nodiscard]] Status check_readable(const Envelope& envelope) {
  if (envelope.schema != T::kMessage.name)
    return Error{ErrorCode::kInvalid,
                 "expected message '" + std::string(T::kMessage.name) + "', found '" + envelope.schema + "'"};
  if (envelope.oldest_reader > T::kMessage.version)
    return Error{ErrorCode::kInvalid, "message '" + envelope.schema + "' needs a reader of version " +
                                          std::to_string(envelope.oldest_reader) + ", this one is version " +
                                          std::to_string(T::kMessage.version)};
  if (envelope.version < T::kMessage.oldest_read)
    return Error{ErrorCode::kInvalid, "message '" + envelope.schema + "' is of version " +
                                          std::to_string(envelope.version) +
                                          ", of an earlier program; this " + "one reads version " +
                                          std::to_string(T::kMessage.oldest_read) + " and later"};
  return {};
}

/// The answer to a command that failed.
struct Failure {
  std::string code;  ///< an ErrorCode by name
  std::string message;

  static constexpr MessageName kMessage{"failure"};
  static void fields(auto& f) {
    f.required("code", &Failure::code, "kind of error, by name");
    f.required("message", &Failure::message, "what was wrong and what to do");
  }
};

/// The answer to a command that has nothing to say but that it is done.
struct Done {
  std::string note;
  static constexpr MessageName kMessage{"done"};
  static void fields(auto& f) { f.optional("note", &Done::note, "for people"); }
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<Envelope>();
extern template const StructInfo& describe<Envelope>();
extern template const StructInfo& describe<Failure>();
extern template const StructInfo& describe<Done>();

}  // namespace synergy::schemas
