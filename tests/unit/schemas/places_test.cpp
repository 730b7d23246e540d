#include "synergy/base/places.hpp"

#include <gtest/gtest.h>

#include "temporary_folder.hpp"

namespace synergy {
namespace {

TEST(PlacesTest, OfACheckoutDataAreInItsDeployFolder) {
  const test_support::TemporaryFolder folder;
  const auto places = Places::around(folder / "build/release/bin/synergy");
  EXPECT_EQ(places.checkout, folder.path());
  EXPECT_EQ(places.deploy, folder / "deploy");
  EXPECT_EQ(places.page, folder / "build/release/share/dashboard");
  EXPECT_EQ(places.script, "deploy/mesh");
}

TEST(PlacesTest, OfAnInstallationDataAreBelowItsPrefixWhereverThatIs) {
  const test_support::TemporaryFolder folder;
  for (const auto* prefix : {"usr", "opt/a b/Übung"}) {
    folder.write(std::string(prefix) + "/share/synergy-mesh/devices/max78000.yaml", "");
    const auto places = Places::around(folder / prefix / "bin/synergy");
    EXPECT_EQ(places.checkout, "");
    EXPECT_EQ(places.deploy, folder / prefix / "share/synergy-mesh");
    EXPECT_EQ(places.page, folder / prefix / "share/synergy-mesh/dashboard");
    EXPECT_EQ(places.script, "synergy-mesh");
  }
}

TEST(PlacesTest, TextsNameWhatAPersonTypesHere) {
  const Places installed{{}, "/usr/share/synergy-mesh", {}, "synergy-mesh"};
  const Places checkout{"/x", "/x/deploy", {}, "deploy/mesh"};
  const std::string text = "run `deploy/mesh up`, then synergy submit deploy/apps/w1 (of deploy/apps)";
  EXPECT_EQ(checkout.as_typed(text), text);
  EXPECT_EQ(installed.as_typed(text),
            "run `synergy-mesh up`, then synergy submit /usr/share/synergy-mesh/apps/w1 (of "
            "/usr/share/synergy-mesh/apps)");
  EXPECT_EQ(installed.as_typed("deploy/mesh"), "synergy-mesh");
  EXPECT_EQ(installed.as_typed("deploy/meshes"), "/usr/share/synergy-mesh/meshes");
  for (const auto* other : {"", "deploy", "/x/deploy/apps", "my-deploy/apps", "deploy a file"})
    EXPECT_EQ(installed.as_typed(other), other);
}

}  // namespace
}  // namespace synergy
