// A process of the mesh without the mesh: its adapter in the real service loop, over a transport that the
// test holds and a clock that the test moves.
//
// The test is a script. Whenever the process has nothing to do (no packet is there and no timer is due), the
// script's next step is called: it sends what others would send, looks at what the process sent, moves the
// clock. A step that returns false is called again later, until a watchdog ends the test. After the last step
// the loop ends, and play() returns.
//
//   then([&] { arrive(topics::kBody, body()); });
//   when([&] { return answer<schemas::LoadState>("cmd/store", schemas::StoredState{}); });
//   then([&] { EXPECT_EQ(...); });
//   ASSERT_TRUE(play(dispatcher_adapter::run));
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fake_transport.hpp"
#include "synergy/runtime/context.hpp"
#include "synergy/schemas/topics.hpp"
#include "temporary_folder.hpp"

namespace synergy::test_support {

class ProcessTest : public ::testing::Test {
 protected:
  static constexpr std::chrono::seconds kWatchdog{30};

  explicit ProcessTest(const std::string& process, const std::string& log_level = "error")
      : process_(process),
        log_(process, log_level, clock_),
        context_(process, run_, std::make_unique<bus::FakeTransport>(wire_), clock_, log_, -1) {}

  /// One more step of the script; then() for those that are done at once.
  void when(std::function<bool()> step) { script_.push_back(std::move(step)); }
  void then(std::function<void()> step) {
    when([step = std::move(step)] {
      step();
      return true;
    });
  }
  /// Runs the process until the script is at its end, or the process ends by itself.
  Status play(const std::function<Status(runtime::Context&)>& process) {
    started_ = std::chrono::steady_clock::now();
    wire_.on_idle = [this] { next_step(); };
    const auto status = process(context_);
    EXPECT_TRUE(!status || script_.empty()) << script_.size() << " steps were not taken";
    return status;
  }

  /// What `play` logs meanwhile.
  static std::string logged(const std::function<Status()>& play) {
    ::testing::internal::CaptureStderr();
    const auto status = play();
    auto log = ::testing::internal::GetCapturedStderr();
    EXPECT_TRUE(status) << status.error().message;
    return log;
  }

  /// A message of another process.
  template <schemas::Message T>
  void arrive(std::string_view topic, const T& message) {
    wire_.arriving.push_back({std::string(topic), bus::sealed(message, "somebody")});
  }
  /// A command to the process; returns its request id, by which outcome_of() finds the answer.
  template <schemas::Command C>
  std::string ask(std::string_view topic, const C& command) {
    const auto id = "question." + std::to_string(++questions_);
    wire_.arriving.push_back({std::string(topic), bus::sealed(command, "asker", 0, id)});
    return id;
  }
  template <schemas::Command C>
  std::optional<Result<typename C::Reply>> outcome_of(const std::string& request_id) const {
    for (const auto& packet : wire_.sent) {
      if (packet.topic != schemas::topics::reply_to("asker")) continue;
      const auto envelope = bus::envelope_of(packet);
      if (envelope.request_id != request_id) continue;
      if (envelope.schema != schemas::Failure::kMessage.name)
        return bus::message_of<typename C::Reply>(packet);
      const auto failure = bus::message_of<schemas::Failure>(packet);
      return Error{error_code_from(failure.code).value_or(ErrorCode::kInternal), failure.message};
    }
    return std::nullopt;
  }

  /// All messages T that the process sent to `topic`, commands included, in order.
  template <schemas::Message T>
  std::vector<T> sent(std::string_view topic) const {
    std::vector<T> all;
    for (const auto& packet : wire_.sent)
      if (packet.topic == topic && bus::envelope_of(packet).schema == T::kMessage.name)
        all.push_back(bus::message_of<T>(packet));
    return all;
  }
  /// Answers the first command C on `topic` that has no answer yet. False: there is none.
  template <schemas::Command C>
  bool answer(std::string_view topic, const Result<typename C::Reply>& reply) {
    for (const auto& packet : wire_.sent) {
      if (packet.topic != topic) continue;
      const auto envelope = bus::envelope_of(packet);
      if (envelope.schema != C::kMessage.name || !answered_.insert(envelope.request_id).second) continue;
      const auto payload =
          reply ? bus::sealed(*reply, "somebody", 0, envelope.request_id)
                : bus::sealed(bus::failure_of(reply.error()), "somebody", 0, envelope.request_id);
      wire_.arriving.push_back({schemas::topics::reply_to(process_), payload});
      return true;
    }
    return false;
  }
  /// The newest heartbeat.
  [[nodiscard]] schemas::Health health() const {
    const auto all = sent<schemas::Health>(schemas::topics::health(process_));
    return all.empty() ? schemas::Health{} : all.back();
  }

  ManualClock clock_;
  std::uint64_t broker_epoch_ = 7;  ///< what joining is answered with
  bus::FakeTransport::Wire wire_;

 private:
  void next_step() {
    if (answer<schemas::Join>(schemas::topics::command("broker"), schemas::Joined{broker_epoch_})) return;
    if (++idle_turns_ < kIdleTurns) return;
    idle_turns_ = 0;
    if (script_.empty()) return context_.stop();
    if (script_.front()()) return script_.pop_front();
    if (std::chrono::steady_clock::now() - started_ > kWatchdog)
      return context_.stop(Error{ErrorCode::kTimeout, "the watchdog ended a step of the script"});
    std::this_thread::yield();
  }

  /// Of the loop, between two steps: a handler may have asked for another one at once.
  static constexpr int kIdleTurns = 3;
  std::string process_;
  TemporaryFolder folder_;
  runtime::RunFolder run_ = *runtime::RunFolder::open(folder_.path());
  runtime::Log log_;

 protected:
  runtime::Context context_;

 private:
  std::deque<std::function<bool()>> script_;
  std::set<std::string> answered_;
  std::chrono::steady_clock::time_point started_;
  int questions_ = 0, idle_turns_ = 0;
};

}  // namespace synergy::test_support
