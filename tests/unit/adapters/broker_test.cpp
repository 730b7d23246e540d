// The broker's process: real sockets of its own, and its place on the bus over a transport that the test
// holds.
#include "synergy/broker_adapter/broker.hpp"

#include "adapter_fixtures.hpp"

namespace synergy::adapter_test {
namespace {

class BrokerAdapterTest : public test_support::ProcessTest {
 protected:
  BrokerAdapterTest() : ProcessTest("broker") {}
  broker_adapter::Broker broker_;
};

TEST_F(BrokerAdapterTest, ConfirmsWhoJoinsWithTheEpochThatItPublishes) {
  std::string id;
  ASSERT_TRUE(broker_.open(context_.folder()));
  then([&] { id = ask("cmd/broker", schemas::Join{}); });
  when([&] { return outcome_of<schemas::Join>(id).has_value(); });
  std::size_t before = 0;
  then([&] {
    before = sent<schemas::BrokerState>(topics::kBroker).size();
    clock_.advance(broker_adapter::kTellEvery);
  });
  ASSERT_TRUE(play([this](runtime::Context& context) { return broker_.run(context); }));
  const auto states = sent<schemas::BrokerState>(topics::kBroker);
  ASSERT_GE(before, 1u) << "at once, for whoever is there already";
  EXPECT_EQ(states.size(), before + 1) << "and once a second";
  EXPECT_EQ((*outcome_of<schemas::Join>(id))->epoch, states[0].epoch);
  EXPECT_EQ(states[0].epoch, health().instance);
  EXPECT_TRUE(health().counters.contains("refused.packets"));
}

TEST_F(BrokerAdapterTest, OpensTheSocketsOfTheRunFolder) {
  ASSERT_TRUE(broker_.open(context_.folder()));
  for (const auto& endpoint :
       {context_.folder().endpoints().publish, context_.folder().endpoints().subscribe})
    EXPECT_TRUE(std::filesystem::is_socket(endpoint.substr(std::string("ipc://").size()))) << endpoint;
}

}  // namespace
}  // namespace synergy::adapter_test
