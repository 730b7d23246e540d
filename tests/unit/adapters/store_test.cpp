// The store's process over a transport that the test holds: its commands, and what it says of its file.
#include "synergy/schemas/store.hpp"

#include "adapter_fixtures.hpp"
#include "synergy/store_adapter/run.hpp"

namespace synergy::adapter_test {
namespace {

class StoreAdapterTest : public test_support::ProcessTest {
 protected:
  explicit StoreAdapterTest(const std::string& level = "error") : ProcessTest("store", level) {}

  Status play_on_file() {
    return play([this](runtime::Context& context) { return store_adapter::run(context, file_); });
  }
  test_support::TemporaryFolder place_;
  std::filesystem::path file_ = place_ / "mesh.db";
};

TEST_F(StoreAdapterTest, KeepsWhatItIsSentAndTellsItAgain) {
  std::string body, decision, history, state, plan, none;
  schemas::AppStatus status;
  status.request = digits();
  then([&] {
    EXPECT_EQ(health().state, schemas::LifeCycle::kReady);
    body = ask("cmd/store", schemas::StoreBody{body_view()});
    decision = ask("cmd/store", schemas::StoreDecision{{status}, digits_plan(), "submitted"});
    history = ask("cmd/store", schemas::QueryHistory{});
    state = ask("cmd/store", schemas::LoadState{});
    plan = ask("cmd/store", schemas::QueryPlan{1});
    none = ask("cmd/store", schemas::QueryPlan{2});
  });
  when([&] { return outcome_of<schemas::QueryPlan>(none).has_value(); });
  ASSERT_TRUE(play_on_file());
  EXPECT_TRUE(*outcome_of<schemas::StoreBody>(body));
  EXPECT_TRUE(*outcome_of<schemas::StoreDecision>(decision));
  EXPECT_EQ((*outcome_of<schemas::QueryHistory>(history))->plans.size(), 1u);
  EXPECT_EQ((*outcome_of<schemas::LoadState>(state))->last_plan_id, 1u);
  EXPECT_EQ(**outcome_of<schemas::QueryPlan>(plan), digits_plan());
  EXPECT_EQ(outcome_of<schemas::QueryPlan>(none)->error().code, ErrorCode::kNotFound);
  EXPECT_EQ(health().counters.at("trouble"), 0u) << "who asks for what is not there is no trouble";
}

class StoreLogTest : public StoreAdapterTest {
 protected:
  StoreLogTest() : StoreAdapterTest("info") {}
};

TEST_F(StoreLogTest, ARefusalNamesTheCommandThatItGoesBackTo) {
  auto plan = digits_plan();
  plan.id = 0;  // no number of a plan
  std::string decision, query;
  then([&] {
    decision = ask("cmd/store", schemas::StoreDecision{{}, plan, "submitted", {}, {}, "cli-1#2.3"});
    query = ask("cmd/store", schemas::QueryPlan{2});
  });
  when([&] { return outcome_of<schemas::QueryPlan>(query).has_value(); });
  const auto log = logged([&] { return play_on_file(); });
  EXPECT_FALSE(*outcome_of<schemas::StoreDecision>(decision));
  EXPECT_THAT(
      log, ::testing::ContainsRegex(" warn  store refused message=store.decision .* request=cli-1#2\\.3\n"));
  EXPECT_THAT(log, ::testing::ContainsRegex(
                       " info  store refused message=store.query_plan .* request=" + query + "\n"));
}

TEST_F(StoreAdapterTest, AFileThatIsMovedAwayIsTroubleUntilItIsBack) {
  const auto away = place_ / "away.db";
  const auto look = [&] { then([&] { clock_.advance(2 * store_adapter::kLookAtFile); }); };
  look();
  then([&] { EXPECT_EQ(health().counters.at("trouble"), 0u); });
  then([&] { std::filesystem::rename(file_, away); });
  look();
  look();
  then([&] {
    EXPECT_EQ(health().counters.at("trouble"), 1u);
    EXPECT_THAT(health().note, ::testing::HasSubstr("keeps nothing"));
    std::filesystem::rename(away, file_);
  });
  look();
  look();
  then([&] { EXPECT_EQ(health().counters.at("trouble"), 0u) << health().note; });
  ASSERT_TRUE(play_on_file());
}

TEST_F(StoreAdapterTest, AFileThatIsNoDatabaseEndsIt) {
  place_.write("mesh.db", std::string(5000, 'x'));
  const auto status = play_on_file();
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, ::testing::HasSubstr("mesh.db"));
}

}  // namespace
}  // namespace synergy::adapter_test
