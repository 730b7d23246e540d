// The synthetic families against known answers: rows, energy and SHA-256 of the rows, which an independent
// program (Python) found from the same rules.
#include "harvest_fixtures.hpp"
#include "synergy/accel_model/harvest_families.hpp"
#include "synergy/documents/digest.hpp"

namespace synergy::harvest_test {
namespace {

using accel_model::generate_harvest;
using accel_model::harvest_families;
using testing::ElementsAre;
using testing::HasSubstr;

struct Known {
  const char* family;
  std::uint64_t seed;
  std::size_t rows;
  std::int64_t energy_uj;
  const char* digest;  ///< the first 16 digits
};

const Known kKnown[]{
    {"office-wall", 1, 66, 485850, "0f74b31521c101f2"},
    {"office-wall", 2, 71, 550590, "72d4c5d8508b9967"},
    {"office-wall", 3, 61, 425490, "410ac915234666ef"},
    {"wrist-office", 1, 359, 113391, "6b76de5c41582053"},
    {"wrist-office", 2, 365, 113142, "8f442fbc85fe9bdb"},
    {"wrist-office", 3, 351, 105749, "f3aabf0b9e8228e7"},
    {"wrist-sun", 1, 359, 3007980, "27b708ec6298101d"},
    {"wrist-sun", 2, 365, 2998450, "19284f69c60ecf8b"},
    {"wrist-sun", 3, 351, 2829340, "e64cede923202d97"},
    {"ankle-walk", 1, 17304, 37842, "7640374c51cc86ac"},
    {"ankle-walk", 2, 18091, 39581, "35f6704f6807f5b7"},
    {"ankle-walk", 3, 19036, 41267, "ea0675b278551e90"},
    {"teg-arm", 1, 3528, 52681, "0c929443a3971a9d"},
    {"teg-arm", 2, 3590, 98188, "2ae3fd7d2491a6cd"},
    {"teg-arm", 3, 3548, 81905, "ea530d4c3e0c38de"},
    {"rf-room", 1, 378, 74640, "ed50c725f510d3d8"},
    {"rf-room", 2, 381, 75660, "0dfc7b41041d0a5e"},
    {"rf-room", 3, 353, 66913, "c325405dbd165dbc"},
};

std::string digest_of(const HarvestRecording& made) {
  std::string text;
  for (const auto& row : made.rows) text += std::to_string(row.t_us) + "," + std::to_string(row.p_nw) + "\n";
  return documents::sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

TEST(HarvestFamilies, GiveTheKnownRows) {
  for (const auto& known : kKnown) {
    const auto made = generate_harvest(known.family, known.seed);
    ASSERT_TRUE(made) << made.error().message;
    SCOPED_TRACE(made->name);
    EXPECT_EQ(made->rows.size(), known.rows);
    EXPECT_EQ(digest_of(*made).substr(0, 16), known.digest);
    const auto trace = HarvestTrace::of(*made);
    ASSERT_TRUE(trace) << trace.error().message;
    EXPECT_EQ(std::int64_t(trace->energy(0ns, trace->duration()) / 1'000'000'000'000), known.energy_uj);
  }
}

TEST(HarvestFamilies, AreListedInOrderAndAllMade) {
  EXPECT_THAT(harvest_families(),
              ElementsAre("office-wall", "wrist-office", "wrist-sun", "ankle-walk", "teg-arm", "rf-room"));
  for (const auto& family : harvest_families()) {
    const auto made = *generate_harvest(family, ~std::uint64_t(0));
    EXPECT_EQ(made.name, family + "-18446744073709551615");
    EXPECT_TRUE(HarvestTrace::of(made)) << family;
    EXPECT_NE(made.rows, generate_harvest(family, 0)->rows) << family;
  }
}

TEST(HarvestFamilies, OneThatDoesNotExistIsToldWithThoseThatDo) {
  const auto made = generate_harvest("office-wal", 1);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(made.error().message,
              HasSubstr("unknown harvest family 'office-wal'; did you mean 'office-wall'"));
}

}  // namespace
}  // namespace synergy::harvest_test
