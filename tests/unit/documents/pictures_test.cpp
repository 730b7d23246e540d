#include "synergy/documents/pictures.hpp"

#include <gmock/gmock.h>

#include "png_file.hpp"
#include "synergy/documents/frame_folder.hpp"
#include "temporary_folder.hpp"

namespace synergy::documents {
namespace {

using schemas::Bytes;
using test_support::png_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A grey picture of one pixel.
std::string pixel(std::uint8_t value) { return png_file(1, 1, 1, {value}); }

class PictureFolder : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<int> values() const {
    std::vector<int> all;
    const auto pictures = read_pictures(folder_.path());
    EXPECT_TRUE(pictures) << pictures.error().message;
    if (pictures)
      for (const auto& picture : *pictures) all.push_back(picture.bytes.at(0));
    return all;
  }
  [[nodiscard]] std::string refusal() const {
    const auto pictures = read_pictures(folder_.path());
    const auto count = count_pictures(folder_.path());
    EXPECT_FALSE(pictures);
    EXPECT_FALSE(count);
    if (pictures || count) return "";
    EXPECT_EQ(pictures.error(), count.error());
    return pictures.error().message;
  }
  test_support::TemporaryFolder folder_;
};

TEST_F(PictureFolder, IsReadInOrderOfNames) {
  folder_.write("b.png", pixel(2));
  folder_.write("a.PNG", pixel(1));
  folder_.write("10.png", pixel(10));
  folder_.write("9.png", pixel(9));
  EXPECT_THAT(values(), ElementsAre(10, 9, 1, 2)) << "byte by byte: 10 stands before 9";
  EXPECT_EQ(*count_pictures(folder_.path()), 4u);
}

TEST_F(PictureFolder, MayHoldOtherFiles) {
  folder_.write("a.png", pixel(1));
  folder_.write("labels.csv", "a,3\n");
  folder_.write("._a.png", "no picture: a file manager's notes");
  folder_.write("below/b.png", pixel(2));
  EXPECT_THAT(values(), ElementsAre(1));
}

TEST_F(PictureFolder, WithoutPicturesIsRefused) {
  folder_.write("a.gif", "GIF89a");
  EXPECT_EQ(refusal(),
            folder_.path().string() + ": holds no pictures, files that end in .png, .jpg or .jpeg");
}

TEST_F(PictureFolder, NamesThePictureThatCanNotBeRead) {
  folder_.write("a.png", pixel(1));
  folder_.write("b.jpg", "\xff\xd8\xff");
  EXPECT_THAT(refusal(),
              HasSubstr((folder_ / "b.jpg").string() + ": the JPEG file is damaged (it ends early)"));
  folder_.write("a.png", "hello");
  EXPECT_THAT(refusal(), HasSubstr((folder_ / "a.png").string() + ": is neither PNG nor JPEG"));
  folder_.write("a.png", "");
  EXPECT_THAT(refusal(), HasSubstr((folder_ / "a.png").string() + ": is empty"));
}

TEST_F(PictureFolder, OfTooManyBytesIsRefusedWithTheirNumber) {
  const auto large = png_file(4096, 4096, 1, Bytes(std::size_t(4096) * 4096));
  for (int i = 0; i < 17; ++i) folder_.write(std::to_string(10 + i) + ".png", large);
  EXPECT_THAT(refusal(),
              HasSubstr("more than 268435456 bytes together (rows x columns x channels), up to 26.png"));
}

TEST_F(PictureFolder, OfTooManyFilesIsRefusedUnread) {
  for (std::size_t i = 0; i <= kMaxFolderFiles; ++i) folder_.write(std::to_string(i) + ".png", "");
  EXPECT_THAT(refusal(), HasSubstr("holds more than 10000 pictures"));
}

TEST(PictureAsInput, IsWhatTheModelTakesAsASensorGivesIt) {
  const pictures::Picture picture{2, 2, 1, {10, 20, 30, 41}};
  EXPECT_EQ(*frame_of(picture, "a.png", {1, 1, 1}, schemas::PictureDescription{}), Bytes{25});
  EXPECT_THAT(
      frame_of(picture, "a.png", {1, 1, 1}, {}).error().message,
      HasSubstr("a.png: a frame of the shape (2, 2, 1) does not become the model's input of 1 x 1 x 1"));
}

TEST(PictureNames, EndAsPngAndJpegDo) {
  for (const char* name : {"a.png", "a.jpg", "a.jpeg", "A.JPG", "x/b.Png"})
    EXPECT_TRUE(is_picture_name(name)) << name;
  for (const char* name : {"a.npy", "png", "a.png.npy", ".png", "a"})
    EXPECT_FALSE(is_picture_name(name)) << name;
}

}  // namespace
}  // namespace synergy::documents
