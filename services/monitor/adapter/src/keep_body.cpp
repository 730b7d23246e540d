#include "parts.hpp"
#include "synergy/monitor_adapter/run.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::monitor_adapter {

void keep_body(runtime::Context& context, const schemas::BodyView& body) {
  constexpr Duration kAnswerTime = std::chrono::seconds(10);
  context.bus().call(schemas::topics::command("store"), schemas::StoreBody{body}, kAnswerTime,
                     [&context, body](const Result<schemas::Done>& done) {
                       if (done) return context.log().info("body_stored", {{"body", body.name}});
                       context.log().warn("body_not_stored", {{"error", done.error().message}});
                       if (done.error().code == ErrorCode::kInvalid) return;  // it would be so again
                       context.at(context.clock().monotonic() + kKeepBodyAgainAfter,
                                  [&context, body] { keep_body(context, body); });
                     });
}

}  // namespace synergy::monitor_adapter
