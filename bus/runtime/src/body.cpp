#include "synergy/runtime/body.hpp"

#include <utility>

#include "synergy/schemas/topics.hpp"

namespace synergy::runtime {

void when_body_is_known(Context& context, std::function<void(const schemas::BodyView&)> then) {
  context.bus().subscribe<schemas::BodyView>(
      schemas::topics::kBody, [then = std::move(then), known = false](const schemas::Envelope&,
                                                                      const schemas::BodyView& body) mutable {
        if (!std::exchange(known, true)) then(body);
      });
  context.waiting_for("the body view");
}

}  // namespace synergy::runtime
