#include "synergy/gateway_recorded/show.hpp"

#include <thread>

#include "synergy/base/places.hpp"
#include "synergy/gateway/address.hpp"
#include "synergy/gateway/api.hpp"
#include "synergy/gateway/guard.hpp"
#include "synergy/gateway/page.hpp"
#include "synergy/gateway_http/server.hpp"
#include "synergy/gateway_recorded/player.hpp"
#include "synergy/gateway_recorded/recorded_mesh.hpp"

namespace synergy::gateway_recorded {
namespace {

using gateway::Answer;
using gateway::Request;

/// All that answers requests. What is declared later uses what is before it.
class Dashboard {
 public:
  Dashboard(RecordingFile& file, const ShowSettings& settings, gateway::Guard guard)
      : guard_(std::move(guard)),
        player_(file, board_, hub_, clock_),
        comparer_(documents::DeployFolder(settings.deploy), board_, clock_),
        mesh_(file, player_, board_, comparer_),
        api_(settings.version, mesh_, board_, hub_, clock_, &player_),
        page_(settings.page.empty() ? Places::here().page : settings.page, clock_),
        server_({[this](const Request& request) { return guard_.refuses(request); },
                 [this](const Request& request) { return answer(request); }},
                counters_) {}
  ~Dashboard() {
    comparer_.stop();
    hub_.close();
    server_.stop();
  }
  Dashboard(const Dashboard&) = delete;
  Dashboard& operator=(const Dashboard&) = delete;

  gateway_http::Server& server() { return server_; }
  Player& player() { return player_; }

 private:
  Answer answer(const Request& request) {
    if (gateway::Api::has(request)) return api_.answer(request);
    if (request.path == "/metrics")
      return gateway::answer_of(
          {ErrorCode::kConflict, "a recording is shown; only a mesh that runs has metrics"});
    return page_.answer(request);
  }

  HostClock clock_;
  gateway::Guard guard_;
  gateway::Counters counters_;
  gateway::Board board_;
  gateway::StreamHub hub_;
  Player player_;
  gateway::Comparer comparer_;
  RecordedMesh mesh_;
  gateway::Api api_;
  gateway::Page page_;
  gateway_http::Server server_;
};

/// The port asked for, else the usual one, or where that is taken any.
Result<int> listen(gateway_http::Server& server, const gateway::Address& address) {
  if (address.port) return server.listen(address.host, *address.port);
  auto taken = server.listen(address.host, gateway::kUsualPort);
  if (!taken && taken.error().code == ErrorCode::kConflict) taken = server.listen(address.host, 0);
  return taken;
}

}  // namespace

Status show(RecordingFile& file, const ShowSettings& settings,
            const std::function<void(const std::string& url)>& ready, const std::function<bool()>& stops) {
  const auto address = gateway::parse_address(settings.listen);
  if (!address) return address.error();
  const auto token = gateway::Token::made();
  if (!token) return token.error();
  const bool is_local = gateway::is_loopback(address->host);
  Dashboard dashboard(
      file, settings,
      {*token, !is_local, is_local ? std::vector<std::string>() : gateway::names_of_machine()});
  const auto port = listen(dashboard.server(), *address);
  if (!port) return port.error();
  ready(gateway::url_of(*address, *port, *token));
  while (!stops()) {
    dashboard.player().step();
    std::this_thread::sleep_for(kStep);
  }
  return {};
}

}  // namespace synergy::gateway_recorded
