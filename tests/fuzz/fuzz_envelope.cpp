// Any bytes as a message of the bus: read or refused, never a crash; and what was read comes back as it was.
#include "synergy/base/check.hpp"
#include "synergy/schemas/accelerator.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"

using namespace synergy;
using namespace synergy::schemas;

namespace {

template <Described T>
void check_round_trip(const T& value) {
  const Bytes once = to_msgpack(value);
  const auto back = from_msgpack<T>(once);
  SYNERGY_CHECK(back.has_value(), "what was written can be read");
  SYNERGY_CHECK(to_msgpack(*back) == once, "what was read is what was written");
}

template <Message T>
void check_body(const Envelope& envelope, Node body) {
  if (envelope.schema != T::kMessage.name) return;
  T message{};
  if (decode(body, message)) check_round_trip(message);
}

template <Message... T>
void check_bodies(const Envelope& envelope, Node body) {
  (check_body<T>(envelope, body), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  const auto status = open(bytes, [](const Envelope& envelope, Node body) -> Status {
    check_round_trip(envelope);
    check_bodies<AcceleratorDo, AppSubmit, BodyView, CollaborationPlan, Health, RunResult, StoredState,
                 StoreDecision, TensorSent>(envelope, body);
    return {};
  });
  if (!status) SYNERGY_CHECK(status.error().code == ErrorCode::kInvalid, "damaged input is called invalid");
  (void)message_to_json(bytes);
  return 0;
}
