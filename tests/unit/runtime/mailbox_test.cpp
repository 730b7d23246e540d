// Work that other threads hand to the loop: nothing is lost, the order of each thread is kept, the loop
// wakes.
#include "synergy/runtime/mailbox.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

namespace synergy::runtime {
namespace {

bool readable(const Mailbox& mailbox, int patience_ms) {
  pollfd item{mailbox.fd(), POLLIN, 0};
  return ::poll(&item, 1, patience_ms) == 1;
}

TEST(Mailbox, IsReadableExactlyWhileSomethingWaits) {
  Mailbox mailbox;
  EXPECT_FALSE(readable(mailbox, 0));
  int calls = 0;
  mailbox.post([&] { ++calls; });
  mailbox.post([&] { ++calls; });
  EXPECT_TRUE(readable(mailbox, 0));
  EXPECT_EQ(calls, 0) << "only run() calls";
  mailbox.run();
  EXPECT_EQ(calls, 2);
  EXPECT_FALSE(readable(mailbox, 0));
  mailbox.run();
  EXPECT_EQ(calls, 2) << "each once";
}

TEST(Mailbox, WhatAHandlerPostsIsForTheNextRun) {
  Mailbox mailbox;
  int calls = 0;
  std::function<void()> again = [&] {
    ++calls;
    mailbox.post(again);
  };
  mailbox.post(again);
  mailbox.run();
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(readable(mailbox, 0));
  mailbox.run();
  EXPECT_EQ(calls, 2);
}

TEST(Mailbox, OfManyThreadsNothingIsLostAndTheOrderOfEachIsKept) {
  constexpr int kThreads = 4, kPosts = 2000;
  Mailbox mailbox;
  std::vector<std::vector<int>> got(kThreads);  // touched by this thread only
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kPosts; ++i) mailbox.post([&got, t, i] { got[std::size_t(t)].push_back(i); });
    });
  const auto all_there = [&] {
    for (const auto& one : got)
      if (one.size() < kPosts) return false;
    return true;
  };
  while (!all_there()) {
    ASSERT_TRUE(readable(mailbox, 30'000)) << "something was posted without a wake";
    mailbox.run();
  }
  for (const auto& one : got)
    for (int i = 0; i < kPosts; ++i) ASSERT_EQ(one[std::size_t(i)], i);
}

}  // namespace
}  // namespace synergy::runtime
