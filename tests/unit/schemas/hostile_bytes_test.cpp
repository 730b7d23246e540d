// Bytes from someone who means harm, or from a broken disk: each gives an error, none a crash, and none costs
// more memory than the limits allow.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <random>

#include "samples.hpp"
#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/health.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kOwnAllocator = true;
#else
constexpr bool kOwnAllocator = false;
#endif

namespace synergy::schemas_test {
namespace {

/// What reading `bytes` as any value says: empty when they are a value.
std::string error_of(const Bytes& bytes) {
  const auto status = with_msgpack_tree(bytes, [](Node) -> Status { return {}; });
  if (status) return {};
  EXPECT_EQ(status.error().code, ErrorCode::kInvalid);
  return status.error().message;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

/// `depth` lists, each the only item of the one around it.
Bytes nested_lists(std::size_t depth) {
  Bytes bytes(depth, 0x91);
  bytes.push_back(0xc0);
  return bytes;
}

TEST(HostileBytes, EveryMessageCutOffAnywhereIsRefused) {
  for (const auto& message : messages()) {
    SCOPED_TRACE(message.message->name);
    const Bytes whole = sealed(sample<Envelope>(), message);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      // A copy of just that size, so that a sanitizer sees a read beyond it.
      const Bytes cut(whole.begin(), whole.begin() + std::ptrdiff_t(size));
      ASSERT_FALSE(message_to_json(cut)) << "cut off after " << size << " bytes";
    }
    ASSERT_TRUE(message_to_json(whole));
  }
}

TEST(HostileBytes, BytesBehindTheMessageAreRefused) {
  auto bytes = seal(sample<Envelope>(), Join{});
  bytes.push_back(0xc0);
  const auto json = message_to_json(bytes);
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().message, "bytes follow the msgpack value");
}

TEST(HostileBytes, AHeaderThatPromisesMoreItemsThanThereAreBytesIsRefusedBeforeTheirMemoryIsTaken) {
  const std::pair<Bytes, std::string> headers[] = {
      {{0xdd, 0xff, 0xff, 0xff, 0xff}, "array size overflow"},
      {{0xdc, 0xff, 0xff}, "array size overflow"},
      {{0x9f}, "array size overflow"},
      {{0xdf, 0xff, 0xff, 0xff, 0xff}, "map size overflow"},
      {{0xde, 0xff, 0xff}, "map size overflow"},
      {{0x8f}, "map size overflow"},
  };
  for (const auto& [bytes, reason] : headers)
    EXPECT_EQ(error_of(bytes), "not a msgpack value: " + reason) << int(bytes[0]);
}

TEST(HostileBytes, TextAndBytesLongerThanTheMessageAreRefused) {
  for (const Bytes& bytes :
       {Bytes{0xdb, 0xff, 0xff, 0xff, 0xff}, Bytes{0xda, 0xff, 0xff}, Bytes{0xd9, 0xff}, Bytes{0xbf},
        Bytes{0xc6, 0xff, 0xff, 0xff, 0xff}, Bytes{0xc5, 0xff, 0xff}, Bytes{0xc4, 0xff},
        Bytes{0xc9, 0xff, 0xff, 0xff, 0xff, 0x01}, Bytes{0xc7, 0xff, 0x01}, Bytes{0xc1}})
    EXPECT_NE(error_of(bytes), "") << int(bytes[0]);
}

TEST(HostileBytes, MoreItemsThanTheLimitAreRefusedThoughTheyAreAllThere) {
  const auto list = [](std::uint32_t items) {
    return Bytes{0xdd, std::uint8_t(items >> 24), std::uint8_t(items >> 16), std::uint8_t(items >> 8),
                 std::uint8_t(items)} +
           Bytes(items, 0xc0);
  };
  EXPECT_EQ(error_of(list(std::uint32_t(kMaxItems))), "");
  EXPECT_EQ(error_of(list(std::uint32_t(kMaxItems) + 1)), "not a msgpack value: array size overflow");
}

TEST(HostileBytes, NestingUpToTheLimitIsReadAndBeyondItRefused) {
  EXPECT_EQ(error_of(nested_lists(kMaxDepth)), "");
  EXPECT_EQ(error_of(nested_lists(kMaxDepth + 1)), "not a msgpack value: depth size overflow");
  EXPECT_EQ(error_of(nested_lists(1'000'000)), "not a msgpack value: depth size overflow");
}

TEST(HostileBytes, NestedHeadersOfTheGreatestSizeStayWithinTheMemoryOfTheLimits) {
  if (kOwnAllocator) GTEST_SKIP() << "a limit on address space does not go together with this sanitizer";
  Bytes bytes;
  for (std::size_t i = 0; i < kMaxDepth; ++i) bytes = bytes + Bytes{0xdf, 0x00, 0x00, 0xff, 0xff};
  bytes = bytes + Bytes(2 * kMaxItems, 0xc0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    long pages = 0;
    std::FILE* statm = std::fopen("/proc/self/statm", "r");
    if (std::fscanf(statm, "%ld", &pages) != 1) ::_exit(3);
    // 32 maps of 65535 entries of 48 bytes are 96 MiB; the zone they are taken from may be twice as large.
    const rlim_t limit = rlim_t(pages) * rlim_t(::sysconf(_SC_PAGESIZE)) + (256u << 20);
    const rlimit memory{limit, limit};
    if (::setrlimit(RLIMIT_AS, &memory) != 0) ::_exit(4);
    const auto status = with_msgpack_tree(bytes, [](Node) -> Status { return {}; });
    const bool out_of_memory = !status && status.error().message.find("bad_alloc") != std::string::npos;
    ::_exit(status ? 5 : out_of_memory ? 6 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(HostileBytes, RandomBytesAndRandomDamageNeverCrash) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RecordProperty("seed", std::to_string(seed));
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  std::vector<Bytes> originals;
  for (const auto& message : messages()) originals.push_back(sealed(sample<Envelope>(), message));
  std::size_t refused = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes;
    if (round % 4 == 0) {
      bytes.resize(random() % 200);
      for (auto& byte : bytes) byte = std::uint8_t(random());
    } else {
      bytes = originals[random() % originals.size()];
      for (auto times = random() % 4 + 1; times > 0; --times)
        bytes[random() % bytes.size()] = std::uint8_t(random());
    }
    refused += message_to_json(bytes) ? 0 : 1;
  }
  EXPECT_GT(refused, 4500u);  // nearly all of the random quarter at least
}

}  // namespace
}  // namespace synergy::schemas_test
