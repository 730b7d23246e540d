// The page's files, and nothing else of the machine.
#include "synergy/gateway/page.hpp"

#include <sys/stat.h>

#include <fstream>

#include "gateway_fixtures.hpp"
#include "temporary_folder.hpp"

namespace synergy::gateway {
namespace {

using ::testing::HasSubstr;

class PageTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    const auto file = root_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  Answer get(const std::string& path) { return page_.answer(request("GET", path)); }
  static std::string header(const Answer& answer, const std::string& name) {
    for (const auto& [key, value] : answer.headers)
      if (key == name) return value;
    return "";
  }
  test_support::TemporaryFolder folder_;
  std::filesystem::path root_ = folder_.path() / "page";
  ManualClock clock_;
  Page page_{root_, clock_};
};

TEST_F(PageTest, WithoutAPageItSaysHowToGetOne) {
  const auto answer = get("/");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.type, HasSubstr("text/html"));
  EXPECT_THAT(answer.body, HasSubstr("npm"));
  EXPECT_EQ(get("/app.js").status, 404);
}

TEST_F(PageTest, ServesWhatIsInTheFolderAndSeesWhatComesLater) {
  write("index.html", "<p>hello");
  write("lib/app.js", "run()");
  EXPECT_EQ(get("/").body, "<p>hello");
  EXPECT_EQ(get("/index.html").body, "<p>hello");
  EXPECT_EQ(get("/lib/app.js").type, "text/javascript; charset=utf-8");
  write("style.css", "p{}");
  clock_.advance(kLookAgain);
  EXPECT_EQ(get("/style.css").body, "p{}");
  write("style.css", "p{color:red}");
  EXPECT_EQ(get("/style.css").body, "p{color:red}") << "what changes is read anew";
}

TEST_F(PageTest, ABrowserThatHasTheFileIsToldSo) {
  write("index.html", "<p>hello");
  auto again = request("GET", "/");
  again.headers["if-none-match"] = header(get("/"), "ETag");
  const auto answer = page_.answer(again);
  EXPECT_EQ(answer.status, 304);
  EXPECT_EQ(answer.body, "");
  write("index.html", "<p>hello again");
  EXPECT_EQ(page_.answer(again).status, 200);
}

TEST_F(PageTest, NoPathLeadsOutOfTheFolder) {
  write("index.html", "<p>hello");
  write("lib/app.js", "run()");
  std::ofstream(folder_.path() / "secret") << "secret";
  std::filesystem::create_symlink(folder_.path() / "secret", root_ / "link");
  std::filesystem::create_directory_symlink(folder_.path(), root_ / "up");
  for (const auto& path :
       {std::string("/../secret"), std::string("/lib/../../secret"), std::string("/..%2fsecret"),
        std::string("//secret"), std::string("/link"), std::string("/up/secret"), std::string("/lib"),
        std::string("/lib/"), std::string("/./index.html"), folder_.path().string() + "/secret",
        "/" + folder_.path().string() + "/secret", std::string("/index.html\0.js", 15),
        std::string("\\..\\secret"), std::string(""), std::string("/..")})
    EXPECT_EQ(get(path).status, 404) << path;
}

TEST_F(PageTest, OnlyOrdinaryFilesOfASensibleSizeAreFiles) {
  write("index.html", "<p>hello");
  ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
  std::ofstream(root_ / "large").seekp(std::streamoff(kMaxPageFileBytes)) << "x";
  EXPECT_EQ(get("/pipe").status, 404);
  EXPECT_EQ(get("/large").status, 404);
  EXPECT_EQ(page_.answer(request("POST", "/index.html")).status, 405);
}

}  // namespace
}  // namespace synergy::gateway
