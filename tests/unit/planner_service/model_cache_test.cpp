// Models are read again when, and only when, a file of theirs has changed.
#include "synergy/planner_service/model_cache.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "planner_fixtures.hpp"
#include "temporary_folder.hpp"

namespace synergy::planner_test {
namespace {

namespace fs = std::filesystem;
using planner_service::ModelCache;

class ModelCacheTest : public ::testing::Test {
 protected:
  ModelCacheTest() {
    fs::create_directories(folder_.path() / "models");
    fs::copy(deploy_folder().model_folder(kDigits), folder_.path() / "models" / "digits",
             fs::copy_options::recursive);
  }
  const ModelId kDigits{"digits"};
  test_support::TemporaryFolder folder_;
  ModelCache cache_{documents::DeployFolder(folder_.path())};
};

TEST_F(ModelCacheTest, ReadsAModelOnce) {
  const auto first = cache_.read(kDigits), second = cache_.read(kDigits);
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(second);
  EXPECT_EQ(first->digest, second->digest);
  EXPECT_EQ(first->program.layers.size(), second->program.layers.size());
  EXPECT_EQ(cache_.reads(), 1u);
}

TEST_F(ModelCacheTest, ReadsItAgainWhenAFileHasChanged) {
  const auto first = cache_.read(kDigits);
  ASSERT_TRUE(first);
  const auto file = folder_.path() / "models" / "digits" / "model.yaml";
  std::ofstream(file, std::ios::app) << "# another comment\n";
  const auto second = cache_.read(kDigits);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(cache_.reads(), 2u);
  EXPECT_NE(first->digest, second->digest);
}

TEST_F(ModelCacheTest, DoesNotRememberAModelThatIsGone) {
  ASSERT_TRUE(cache_.read(kDigits));
  fs::remove_all(folder_.path() / "models" / "digits");
  const auto gone = cache_.read(kDigits);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace synergy::planner_test
