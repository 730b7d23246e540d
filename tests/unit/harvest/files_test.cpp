// Recordings as files: they come back as they were; what is wrong is told with its line; and those below
// deploy/harvest are what their generators make.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "harvest_fixtures.hpp"
#include "synergy/accel_model/harvest_families.hpp"
#include "synergy/documents/harvest_file.hpp"
#include "temporary_folder.hpp"

namespace synergy::harvest_test {
namespace {

using documents::parse_harvest;
using documents::read_harvest;
using documents::to_text;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kHead = "# kind: harvester_output_power\n# duration_us: 100\nt_us,p_nw\n";  // three lines

std::string refusal(const std::string& text) {
  const auto read = parse_harvest(text, "f");
  return read ? "no error" : read.error().message;
}

TEST(HarvestFile, ComesBackAsItWas) {
  auto made = *accel_model::generate_harvest("ankle-walk", 5);
  made.kind = schemas::HarvestKind::kRfInput;
  made.note = "of a test: with a colon";
  const auto read = parse_harvest(to_text(made), "f");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, made);
  EXPECT_EQ(to_text(*read), to_text(made));
}

TEST(HarvestFile, TextsOfSeveralLinesBecomeOne) {
  auto made = recording(10, {{0, 7}});
  made.what = "two\nlines\n";
  EXPECT_EQ(parse_harvest(to_text(made), "f")->what, "two lines");
}

TEST(HarvestFile, OfZerosAloneIsValid) {
  EXPECT_EQ(parse_harvest(kHead + "0,0\n50,0\n", "f")->rows.size(), 2u);
  EXPECT_EQ(parse_harvest(kHead + "0,0", "f")->rows.size(), 1u);  // no line break at the end
}

TEST(HarvestFile, PassesOverOtherCommentsBlankLinesAndTheLineEndsOfOtherSystems) {
  const auto read = parse_harvest(
      "# of mine\n# paper: X\n\n# name: n\r\n# kind: rf_input_power\r\n"
      "# duration_us: 100\r\n# energy_uj: 0\r\nt_us,p_nw\r\n0,5\r\n\r\n# end\n7,6\n\n",
      "f");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->name, "n");
  EXPECT_EQ(read->kind, schemas::HarvestKind::kRfInput);
  EXPECT_EQ(read->rows, (std::vector<schemas::HarvestRow>{{0, 5}, {7, 6}}));
}

TEST(HarvestFile, TellsTheLineThatIsWrongAndWhatToDo) {
  EXPECT_THAT(refusal(""), StartsWith("f: holds no line 't_us,p_nw' and no rows; write"));
  EXPECT_THAT(refusal("# kind: rf_input_power\n"), StartsWith("f: holds no line"));
  EXPECT_THAT(refusal(kHead), StartsWith("f: holds no rows; write at least one"));
  EXPECT_THAT(refusal(kHead + "0,5\n10,-5\n"), StartsWith("f:5:4: p_nw: '-5' is negative"));
  EXPECT_THAT(refusal(kHead + "-1,5\n"), StartsWith("f:4:1: t_us: '-1' is negative"));
  EXPECT_THAT(refusal(kHead + "0,5\n20,5\n10,5\n"), StartsWith("f:6:1: begins at 10 us, not after the row"));
  EXPECT_THAT(refusal(kHead + "0,5\n20,5\n\n20,6\n"),
              StartsWith("f:7:1: begins at 20 us, not after the row"));
  EXPECT_THAT(refusal(kHead + "0,5\n100,5\n"), StartsWith("f:5:1: begins at 100 us, but the recording ends"));
  EXPECT_THAT(refusal(kHead + "3,5\n"), StartsWith("f:4:1: the first row must begin at 0"));
  EXPECT_THAT(refusal(kHead + "0,5\n7,1.5\n"), StartsWith("f:5:3: p_nw: '1.5' is no whole number; round it"));
  EXPECT_THAT(refusal(kHead + "0,1e3\n"), HasSubstr("'1e3' is no whole number"));
  EXPECT_THAT(refusal(kHead + "0,nan\n"), StartsWith("f:4:3: p_nw: 'nan' is no number; write a whole"));
  EXPECT_THAT(refusal(kHead + "0, 5\n"), HasSubstr("' 5' is no number"));
  EXPECT_THAT(refusal(kHead + "0,\n"), StartsWith("f:4:3: p_nw: is missing"));
  EXPECT_THAT(refusal(kHead + "0\n"), StartsWith("f:4:1: '0' is no row; write two numbers"));
  EXPECT_THAT(refusal(kHead + "0,5,6\n"), StartsWith("f:4:1: '0,5,6' is no row"));
  EXPECT_THAT(refusal(kHead + "0,99999999999999999999\n"), HasSubstr("is beyond 64 bits"));
  EXPECT_THAT(refusal(kHead + "0,10000000001\n"), StartsWith("f:4:1: 10000000001 nW is above 10 W"));
}

TEST(HarvestFile, TellsWhatIsWrongAboveTheRows) {
  EXPECT_THAT(refusal("0,5\n"), StartsWith("f:1:1: '0,5' stands where the line 't_us,p_nw' must"));
  EXPECT_THAT(refusal("# duration_us: 9\nt_us,p_nw\n0,5\n"),
              StartsWith("f:2:1: no comment above says where"));
  EXPECT_THAT(refusal("# kind: rf_input_power\nt_us,p_nw\n0,5\n"),
              StartsWith("f:2:1: no comment above says how long"));
  EXPECT_THAT(refusal("# kind: light\n"), StartsWith("f:1:9: kind: 'light' is neither 'rf_input_power' nor"));
  EXPECT_THAT(refusal("# duration_us: -4\n"), StartsWith("f:1:16: duration_us: '-4' is negative"));
  EXPECT_THAT(refusal("# duration_us:\n"), StartsWith("f:1:15: duration_us: is missing"));
  EXPECT_THAT(refusal("# duration_us: 4\n# duration_us: 4\n"),
              StartsWith("f:2:1: tells 'duration_us' a second time"));
  EXPECT_THAT(refusal(kHead + "# energy_uj: 4\n"), StartsWith("f:4:1: 'energy_uj' must stand above"));
}

TEST(HarvestFile, OneThatWasCutIsFoundOut) {
  const auto made = *accel_model::generate_harvest("office-wall", 1);
  auto text = to_text(made);
  text.erase(text.rfind('\n', text.size() - 2) + 1);
  EXPECT_THAT(refusal(text), HasSubstr("its comment says energy_uj: 485850; the file was cut or changed"));
}

TEST(HarvestFile, BytesThatAreNoTextAreRefusedAndShownSafely) {
  EXPECT_THAT(refusal(kHead + std::string("0,5\n1,\0\n", 8)), StartsWith("f:5:3: holds a NUL byte"));
  EXPECT_THAT(refusal(kHead + "0,\x1b[31m\n"), HasSubstr("'\\x1b[31m' is no number"));
  const auto long_line = refusal(std::string(1 << 20, 'x'));
  EXPECT_LT(long_line.size(), 200u);
}

TEST(HarvestFile, OfAGigabyteIsRefusedUnread) {
  const test_support::TemporaryFolder folder;
  const auto file = folder.write("big.csv", kHead);
  std::filesystem::resize_file(file, 1u << 30);  // sparse
  const auto read = read_harvest(file);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(read.error().message, HasSubstr("big.csv: has 1024 MiB; at most 16 are read: cut"));
}

TEST(HarvestFile, ThatDoesNotExistIsNotFound) {
  EXPECT_EQ(read_harvest("/nowhere/x.csv").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(read_harvest("/tmp").error().code, ErrorCode::kInvalid);
}

/// Written anew with SYNERGY_WRITE_HARVEST=1. ankle-walk is left out: it has 270 KB, and is made in no time.
TEST(DeployedHarvests, AreWhatTheirGeneratorsMake) {
  const auto folder = std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy" / "harvest";
  std::vector<std::string> expected, found;
  for (const auto& family : accel_model::harvest_families()) {
    const auto made = *accel_model::generate_harvest(family, 1);
    const auto text = to_text(made);
    if (text.size() > 100'000) continue;
    const auto file = folder / (made.name + ".csv");
    expected.push_back(file.filename());
    if (std::getenv("SYNERGY_WRITE_HARVEST") != nullptr) {
      std::filesystem::create_directories(folder);
      std::ofstream(file, std::ios::binary) << text;
    }
    std::ifstream in(file, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), text)
        << file << " differs from its generator; see SYNERGY_WRITE_HARVEST";
    const auto read = read_harvest(file);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, made);
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".csv") found.push_back(entry.path().filename());
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(expected));
  EXPECT_EQ(expected.size(), 5u);
}

}  // namespace
}  // namespace synergy::harvest_test
