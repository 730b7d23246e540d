#include "check_beside.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include "synergy/store/check.hpp"

namespace synergy::store_adapter {

CheckBeside::CheckBeside(runtime::Context& context, store::Database& database, const std::string& file) {
  constexpr int kLeastUrgent = 19;
  context.log().info("checks", {{"file", file}});
  thread_ = std::jthread([&context, &database, file](const std::stop_token& stop) {
    ::setpriority(PRIO_PROCESS, id_t(::gettid()), kLeastUrgent);  // of this thread only
    const auto found = store::check_content(file, [&] { return stop.stop_requested(); });
    if (stop.stop_requested()) return;
    context.post([&context, &database, found] {
      database.checked(found);
      if (found) return context.log().info("checked", {{"found", "no damage"}});
      context.log().error("checked", {{"error", found.error().message}});
    });
  });
}

}  // namespace synergy::store_adapter
