#include "synergy/gateway_adapter/run.hpp"

#include <map>
#include <utility>

#include "follow.hpp"
#include "mesh_on_bus.hpp"
#include "synergy/base/places.hpp"
#include "synergy/gateway/address.hpp"
#include "synergy/gateway/api.hpp"
#include "synergy/gateway/guard.hpp"
#include "synergy/gateway/page.hpp"
#include "synergy/gateway_http/server.hpp"

namespace synergy::gateway_adapter {
namespace {

using gateway::Answer;
using gateway::Request;

/// All that answers requests. What is declared later uses what is before it.
class Gateway {
 public:
  Gateway(runtime::Context& context, const Settings& settings, gateway::Guard guard)
      : context_(context),
        guard_(std::move(guard)),
        comparer_(documents::DeployFolder(settings.deploy), board_, context.clock()),
        mesh_(context, comparer_),
        api_(settings.version, mesh_, board_, hub_, context.clock()),
        page_(settings.page.empty() ? Places::here().page : settings.page, context.clock()),
        follow_(context, board_, hub_),
        server_({[this](const Request& request) { return guard_.refuses(request); },
                 [this](const Request& request) { return answer(request); }},
                counters_) {}
  ~Gateway() { close(); }
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  gateway_http::Server& server() { return server_; }
  /// Ends what waits, and every connection.
  void close() {
    mesh_.close();
    comparer_.stop();
    hub_.close();
    server_.stop();
  }
  std::map<std::string, std::uint64_t> counts() const {
    return {{"http.answered", counters_.answered},       {"http.refused", counters_.refused},
            {"http.failed", counters_.failed},           {"http.connections", counters_.connections},
            {"http.turned_away", counters_.turned_away}, {"viewers", hub_.viewers()},
            {"events.dropped", hub_.dropped()}};
  }

 private:
  Answer answer(const Request& request) {
    if (gateway::Api::has(request)) return api_.answer(request);
    if (request.path == "/metrics" && request.method != "POST") return metrics();
    return page_.answer(request);
  }
  Answer metrics() {
    counters_.viewers = hub_.viewers();
    counters_.events_dropped = hub_.dropped();
    Answer answer;
    answer.type = gateway::kMetricsType;
    answer.body = gateway::metrics_text(board_, counters_, context_.clock().monotonic());
    return answer;
  }

  runtime::Context& context_;
  gateway::Guard guard_;
  gateway::Counters counters_;
  gateway::Board board_;
  gateway::StreamHub hub_;
  gateway::Comparer comparer_;
  MeshOnBus mesh_;
  gateway::Api api_;
  gateway::Page page_;
  Follow follow_;
  gateway_http::Server server_;
};

/// The first of the ports that is free. Another failure than that one is taken is of the address.
Result<int> listen(gateway_http::Server& server, const gateway::Address& address,
                   const std::filesystem::path& run_folder) {
  Result<int> taken = Error{};
  for (const int port : gateway::ports_to_try(address, run_folder)) {
    taken = server.listen(address.host, port);
    if (taken || taken.error().code != ErrorCode::kConflict) break;
  }
  return taken;
}

}  // namespace

Status run(runtime::Context& context, const Settings& settings) {
  const auto address = gateway::parse_address(settings.listen);
  if (!address) return address.error();
  const auto& folder = context.folder().path();
  const auto token = gateway::Token::kept_in(folder / gateway::kTokenFile);
  if (!token) return token.error();
  const bool is_local = gateway::is_loopback(address->host);
  Gateway gateway(context, settings,
                  {*token, !is_local, is_local ? std::vector<std::string>() : gateway::names_of_machine()});
  const auto port = listen(gateway.server(), *address, folder);
  if (!port) return port.error();
  if (auto status =
          gateway::write_private(folder / gateway::kUrlFile, gateway::url_of(*address, *port, *token) + "\n");
      !status)
    return status;
  context.log().info("listens", {{"address", address->host}, {"port", *port}, {"local", is_local}});
  context.report([&gateway] { return gateway.counts(); });
  context.on_drain([&gateway] { gateway.close(); });
  context.ready();
  return context.run();
}

}  // namespace synergy::gateway_adapter
