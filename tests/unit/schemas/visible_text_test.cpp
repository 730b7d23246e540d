// What strangers write is shown, and obeyed by no terminal.
#include "synergy/base/visible_text.hpp"

#include <gtest/gtest.h>

namespace synergy {
namespace {

using namespace std::string_literals;

TEST(Visible, TextStaysAsItIs) {
  for (const auto& text : {""s, "plan 7 ~ \\x1b \"quoted\""s, "Gerät größer als 5 µs"s, "\u4e16\u754c"s,
                           "\U0001f44d"s, "\ud7ff\ue000\U0010ffff"s, "\u00a0\u2027\u202f\u2065\u206a"s})
    EXPECT_EQ(visible(text), text);
}

TEST(Visible, ControlCharactersAreWrittenOut) {
  EXPECT_EQ(visible("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(visible("a\r\n\tb"), "a\\x0d\\x0a\\x09b");
  EXPECT_EQ(visible("\0\x1f\x7f"s), "\\x00\\x1f\\x7f");
  EXPECT_EQ(visible(" ~"), " ~");
}

TEST(Visible, ControlCharactersOfTwoBytesAreWrittenOut) {  // U+009B begins an escape sequence as ESC [ does
  EXPECT_EQ(visible("\u0080\u009b31m\u009f"), "\\xc2\\x80\\xc2\\x9b31m\\xc2\\x9f");
}

TEST(Visible, WhatTurnsTheDirectionOfWritingOrEndsALineIsWrittenOut) {
  EXPECT_EQ(visible("\u2028\u202e"), "\\xe2\\x80\\xa8\\xe2\\x80\\xae");
  EXPECT_EQ(visible("\u2066\u2069"), "\\xe2\\x81\\xa6\\xe2\\x81\\xa9");
}

TEST(Visible, BytesThatAreNoUtf8AreWrittenOutOneByOne) {
  EXPECT_EQ(visible("\x9b"
                    "31m"),
            "\\x9b31m");                                           // a continuation without a beginning
  EXPECT_EQ(visible("a\xc3"), "a\\xc3");                           // cut off
  EXPECT_EQ(visible("\xe2\x82z"), "\\xe2\\x82z");                  // cut off by a letter
  EXPECT_EQ(visible("\xc0\x9b"), "\\xc0\\x9b");                    // ESC in two bytes
  EXPECT_EQ(visible("\xe0\x82\x9b"), "\\xe0\\x82\\x9b");           // U+009B in three bytes
  EXPECT_EQ(visible("\xf0\x80\x82\x9b"), "\\xf0\\x80\\x82\\x9b");  // and in four
  EXPECT_EQ(visible("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(visible("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
  EXPECT_EQ(visible("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(visible("\xf0\x9f\x91\x1b[m"), "\\xf0\\x9f\\x91\\x1b[m");  // ESC inside a character
}

TEST(Visible, EveryResultIsCleanAndCleaningItAgainChangesNothing) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const auto once = visible(std::string{char(first), char(second)});
      ASSERT_EQ(visible(once), once) << first << " " << second;
      for (const char c : once)
        ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << first << " " << second;
    }
  }
}

}  // namespace
}  // namespace synergy
