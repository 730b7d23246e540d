#include "synergy/base/places.hpp"

#include <gtest/gtest.h>

#include "temporary_folder.hpp"

namespace synergy {
namespace {

TEST(PlacesTest, OfACheckoutDataAreInItsDeployFolder) {
  const testing::TemporaryFolder folder;
  const auto places = Places::around(folder / "build/release/bin/synergy");
  EXPECT_EQ(places.checkout, folder.path());
  EXPECT_EQ(places.deploy, folder / "deploy");
  EXPECT_EQ(places.page, folder / "build/release/share/dashboard");
  EXPECT_EQ(places.script, "deploy/mesh");
}

TEST(PlacesTest, OfAnInstallationDataAreBelowItsPrefixWhereverThatIs) {
  const testing::TemporaryFolder folder;
  for (const auto* prefix : {"usr", "opt/a b/Übung"}) {
    folder.write(std::string(prefix) + "/share/synergy-mesh/devices/max78000.yaml", "");
    const auto places = Places::around(folder / prefix / "bin/synergy");
    EXPECT_EQ(places.checkout, "");
    EXPECT_EQ(places.deploy, folder / prefix / "share/synergy-mesh");
    EXPECT_EQ(places.page, folder / prefix / "share/synergy-mesh/dashboard");
    EXPECT_EQ(places.script, "synergy-mesh");
  }
}

}  // namespace
}  // namespace synergy
