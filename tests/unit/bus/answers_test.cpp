// Commands of others: acted on once, answered as often as they come.
#include "synergy/bus/answers.hpp"

#include "fake_transport.hpp"

namespace synergy::bus {
namespace {

using namespace std::chrono_literals;

class AnswersTest : public ::testing::Test {
 protected:
  FakeTransport::Wire wire_;
  FakeTransport transport_{wire_};
  Outgoing outgoing_{transport_};
  ManualClock clock_;
  Answers answers_{outgoing_, clock_};
};

TEST_F(AnswersTest, ARepetitionIsNotActedOnAndGetsTheSameAnswer) {
  EXPECT_TRUE(answers_.admit("a", "1"));
  EXPECT_FALSE(answers_.admit("a", "1")) << "it is being worked on";
  EXPECT_TRUE(wire_.sent.empty());
  answers_.give("a", "1", {7});
  answers_.give("a", "1", {8});  // the first counts
  EXPECT_FALSE(answers_.admit("a", "1"));
  ASSERT_EQ(wire_.sent.size(), 2u);
  for (const auto& packet : wire_.sent) {
    EXPECT_EQ(packet.topic, "@a/reply");
    EXPECT_EQ(packet.payload, Bytes{7});
  }
  EXPECT_TRUE(answers_.admit("b", "1")) << "of another sender";
}

TEST_F(AnswersTest, IsForgottenWhenItsLifeIsOver) {
  EXPECT_TRUE(answers_.admit("a", "1"));
  answers_.give("a", "1", {7});
  clock_.advance(kAnswerLife - 1ns);
  EXPECT_TRUE(answers_.admit("a", "2"));
  EXPECT_FALSE(answers_.admit("a", "1"));
  clock_.advance(1ns);
  EXPECT_TRUE(answers_.admit("a", "3"));
  EXPECT_TRUE(answers_.admit("a", "1")) << "remembered for longer than its life";
}

TEST_F(AnswersTest, TheirNumberIsBoundedButNothingThatIsWorkedOnIsForgotten) {
  for (std::size_t i = 0; i < kMaxAnswers; ++i) {
    EXPECT_TRUE(answers_.admit("a", std::to_string(i)));
    if (i > 0) answers_.give("a", std::to_string(i), {7});
  }
  EXPECT_TRUE(answers_.admit("a", "one more"));
  EXPECT_EQ(answers_.remembered(), kMaxAnswers + 1) << "the oldest is being worked on";
  answers_.give("a", "0", {7});
  EXPECT_TRUE(answers_.admit("a", "and one more"));
  EXPECT_EQ(answers_.remembered(), kMaxAnswers);
  EXPECT_TRUE(answers_.admit("a", "0")) << "the oldest is forgotten";
}

TEST_F(AnswersTest, TheirBytesAreBounded) {
  const std::size_t large = kMaxAnswerBytes / 4;
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(answers_.admit("a", std::to_string(i)));
    answers_.give("a", std::to_string(i), Bytes(large));
  }
  EXPECT_TRUE(answers_.admit("a", "5"));
  EXPECT_EQ(answers_.remembered(), 5u) << "four large ones fit, and the one that is being worked on";
}

}  // namespace
}  // namespace synergy::bus
