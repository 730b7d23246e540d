#include "synergy/executor_adapter/ports.hpp"

#include <set>
#include <string_view>
#include <utility>

#include "synergy/schemas/roster.hpp"

namespace synergy::executor_adapter {

using executor::Ports;
namespace topics = schemas::topics;

namespace {

/// A message that tells of frames is sent again until it is answered, for so long; after that, and a pause,
/// the frames are told anew.
constexpr Duration kDispatcherPatience = std::chrono::seconds(10);
constexpr Duration kTellAgainAfter = std::chrono::milliseconds(500);

/// Publishes, and logs what can not be sent.
class Sender {
 public:
  explicit Sender(runtime::Context& context) : context_(&context) {}
  void operator()(std::string_view topic, const auto& message, std::string_view what) const {
    if (const auto sent = context_->bus().publish(topic, message); !sent)
      context_->log().warn("not_sent", {{"what", what}, {"error", sent.error().message}});
  }

 private:
  runtime::Context* context_;
};

void add_messages(runtime::Context& context, Ports& ports) {
  const Sender send(context);
  ports.send_tensor = [send](const DeviceId& to, const schemas::TensorSent& tensor) {
    send(topics::run(to), tensor, "tensor");
  };
  ports.send_taken = [send](const DeviceId& to, const schemas::TensorTaken& taken) {
    send(topics::run(to), taken, "taken");
  };
  ports.publish_result = [send](const schemas::RunResult& result) {
    send(topics::result(result.run.key.app), result, "result");
  };
  ports.publish_failed = [send, &context](const schemas::RunFailed& failed) {
    context.log().warn("run_failed", {{"app", failed.key.app.text()},
                                      {"run", failed.key.run},
                                      {"attempt", failed.key.attempt},
                                      {"reason", failed.reason}});
    send(topics::failed(failed.key.app), failed, "failed");
  };
}

}  // namespace

Ports ports_of(runtime::Context& context, const TimeScale& scale, executor::Executor& executor,
               execution::TaskTrace& trace) {
  Ports ports;
  ports.now = [&context, scale] { return scale.to_model(context.clock().monotonic()); };
  ports.at = [&context, scale](ModelTime time, std::function<void()> then) {
    context.at(scale.to_host(time), std::move(then));
  };
  ports.trace = [&trace](const schemas::TaskRecord& task) { trace.add(task); };
  ports.follow_results = [&context, &executor, followed = std::set<AppId>()](const AppId& app) mutable {
    if (!followed.insert(app).second) return;
    context.bus().subscribe<schemas::RunResult>(
        topics::result(app),
        [&](const schemas::Envelope&, const schemas::RunResult& result) { executor.on(result); });
  };
  add_messages(context, ports);
  ports.tell_frames = [&context](const schemas::FramesOpen& frames, std::function<void(bool)> done) {
    const auto told = [&context, done = std::move(done)](const Result<schemas::Done>& answer) {
      if (answer) return done(true);
      context.at(context.clock().monotonic() + kTellAgainAfter, [done] { done(false); });
    };
    context.bus().call(topics::command(schemas::process::kDispatcher), frames, kDispatcherPatience, told);
  };
  return ports;
}

}  // namespace synergy::executor_adapter
