// Whoever uses what was lost gets wrong bytes; whoever does not gets those of an uninterrupted inference.
#include "synergy/harvested/power_domain.hpp"

#include <gmock/gmock.h>

#include "device.hpp"

namespace synergy::harvested_test {
namespace {

class Domain : public testing::Test {
 protected:
  const Chain& chain = chain_of("kws");
  Network& network = network_of("kws");
  const std::uint32_t m = chain.pieces();
  const Loaded whole{0, m};
  const Segment all{0, m};
  const Bytes input = input_of(network, 0);
  PowerDomain domain{m, &network, false};

  void take() { domain.restore({0, 0, 0, input}); }
  /// What an inference of the input now gives.
  Bytes answer() {
    take();
    domain.load();
    domain.compute(all);
    domain.unload();
    return domain.sram() != nullptr ? domain.sram()->bytes : Bytes{};
  }
  [[nodiscard]] Bytes right() { return network.run(all, input); }
  [[nodiscard]] Bytes lost() const { return Bytes(network.bytes_at(m), PowerDomain::kLost); }
};

TEST_F(Domain, ComputesWhereAllIsThere) {
  domain.load_weights(whole, all);
  domain.write_registers(all);
  EXPECT_EQ(answer(), right());
}

TEST_F(Domain, ThePiecesGiveWhatTheWholeGives) {
  for (const auto& name : five_models()) {
    auto& model = network_of(name);
    Bytes bytes = input_of(model, 1);
    const auto whole_answer = model.run({0, model.pieces()}, bytes);
    for (std::uint32_t i = 0; i < model.pieces(); ++i) bytes = model.run({i, i + 1}, bytes);
    EXPECT_EQ(bytes, whole_answer) << name;
  }
}

TEST_F(Domain, WithoutWeightsRegistersOrTheirRangeTheAnswerIsThePattern) {
  domain.write_registers(all);
  EXPECT_EQ(answer(), lost()) << "no weights";
  domain.load_weights(whole, {0, m - 1});
  domain.write_registers(all);
  EXPECT_EQ(answer(), lost()) << "the last piece's weights are missing";
  domain.load_weights(whole, {m - 1, m});
  EXPECT_EQ(answer(), right());
  domain.write_registers({0, m - 1});
  EXPECT_EQ(answer(), lost()) << "another range is selected";
}

TEST_F(Domain, AnotherProgramsWeightsPushTheseOut) {
  domain.load_weights(whole, all);
  domain.write_registers(all);
  domain.load_weights({0, 1}, {0, 1});
  EXPECT_FALSE(domain.holds(whole, {0, 1}));
  domain.write_registers(all);
  EXPECT_EQ(answer(), lost());
}

TEST_F(Domain, LossOfPowerTakesEverything) {
  domain.load_weights(whole, all);
  domain.write_registers(all);
  take();
  domain.lose_power();
  EXPECT_FALSE(domain.holds(whole, all));
  EXPECT_EQ(domain.selected(), std::nullopt);
  EXPECT_EQ(domain.sram(), nullptr);
  EXPECT_EQ(domain.data(), nullptr);
  domain.load_weights(whole, all);
  domain.write_registers(all);
  domain.load();  // of a tensor that is gone
  domain.compute(all);
  EXPECT_EQ(domain.data(), nullptr);
  EXPECT_EQ(answer(), right()) << "and all of it can be brought back";
}

TEST_F(Domain, RetentionKeepsWeightsAndSramAlone) {
  domain.load_weights(whole, all);
  domain.write_registers(all);
  take();
  domain.load();
  domain.retain();
  EXPECT_TRUE(domain.holds(whole, all));
  EXPECT_EQ(domain.selected(), std::nullopt);
  EXPECT_EQ(domain.data(), nullptr);
  ASSERT_NE(domain.sram(), nullptr);
  EXPECT_EQ(domain.sram()->bytes, input);
  EXPECT_EQ(answer(), lost()) << "registers were not written again";
  domain.write_registers(all);
  EXPECT_EQ(answer(), right());
}

TEST_F(Domain, ADeviceThatKeepsDataGoesOnFromIt) {
  PowerDomain keeps(m, &network, true);
  keeps.load_weights(whole, all);
  keeps.write_registers(all);
  keeps.restore({0, 0, 0, input});
  keeps.load();
  keeps.compute({0, 3});
  keeps.retain();
  ASSERT_NE(keeps.data(), nullptr);
  keeps.write_registers(all);
  keeps.compute({3, m});
  EXPECT_EQ(keeps.data()->bytes, right());
}

/// Data memory as retention leaves it by default, used as if it had been kept.
TEST_F(Domain, DataThatSleepLostGiveWrongBytes) {
  domain.load_weights(whole, all);
  domain.write_registers(all);
  take();
  domain.load();
  domain.compute({0, 3});
  domain.retain();
  domain.write_registers(all);
  domain.compute({3, m});
  domain.unload();
  EXPECT_EQ(domain.sram(), nullptr);
  EXPECT_NE(network.run({3, m}, Bytes(network.bytes_at(3), PowerDomain::kLost)), right());
}

}  // namespace
}  // namespace synergy::harvested_test
