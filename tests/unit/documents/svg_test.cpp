#include "synergy/documents/svg.hpp"

#include <gtest/gtest.h>

namespace synergy::documents {
namespace {

TEST(Svg, EscapesMarkup) {
  EXPECT_EQ(xml_escaped("a<b>&\"c\" 'd'"), "a&lt;b&gt;&amp;&quot;c&quot; 'd'");
  EXPECT_EQ(svg_text(1, 2, "</text><script>"), "<text x=\"1\" y=\"2\">&lt;/text&gt;&lt;script&gt;</text>\n");
  EXPECT_EQ(
      svg_rect(0, 0, 1, 1, "fill=\"red\"", "<&>"),
      "<rect x=\"0\" y=\"0\" width=\"1\" height=\"1\" fill=\"red\"><title>&lt;&amp;&gt;</title></rect>\n");
}

TEST(Svg, ReplacesWhatXmlCanNotSay) {
  EXPECT_EQ(xml_escaped(std::string_view("a\0b\x1b[0m\x7f", 8)), "a?b?[0m\x7f");
  EXPECT_EQ(xml_escaped("line\n\ttab"), "line\n\ttab");
}

TEST(Svg, KeepsUtf8AndReplacesWhatIsBroken) {
  EXPECT_EQ(xml_escaped("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"), "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
  EXPECT_EQ(xml_escaped("\xc3"), "?") << "cut off";
  EXPECT_EQ(xml_escaped("\xc3("), "?(") << "no continuation";
  EXPECT_EQ(xml_escaped("\xc0\xaf"), "??") << "overlong";
  EXPECT_EQ(xml_escaped("\xe0\x80\xaf"), "???") << "overlong";
  EXPECT_EQ(xml_escaped("\xed\xa0\x80"), "???") << "half a surrogate pair";
  EXPECT_EQ(xml_escaped("\xf4\x90\x80\x80"), "????") << "beyond Unicode";
  EXPECT_EQ(xml_escaped("\xef\xbf\xbf"), "???") << "no character";
  EXPECT_EQ(xml_escaped("\xff\x80"), "??");
}

TEST(Svg, NumbersAreShort) {
  EXPECT_EQ(svg_number(190), "190");
  EXPECT_EQ(svg_number(0.5), "0.5");
  EXPECT_EQ(svg_number(1.006), "1.01");
  EXPECT_EQ(svg_number(-0.001), "0");
  EXPECT_EQ(svg_number(100), "100");
}

TEST(Svg, ADocumentHasItsSizeAndItsShapes) {
  const auto svg = svg_document(10, 20.5, svg_line(0, 1, 2, 3, "stroke=\"red\""));
  EXPECT_EQ(svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"20.5\" viewBox=\"0 0 10 20.5\" "
            "font-family=\"sans-serif\" font-size=\"12\">\n"
            "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
            "<line x1=\"0\" y1=\"1\" x2=\"2\" y2=\"3\" stroke=\"red\"/>\n</svg>\n");
}

TEST(Svg, TextIsAnchoredWhereAskedFor) {
  EXPECT_EQ(svg_text(1, 2, "a", Anchor::kMiddle), "<text x=\"1\" y=\"2\" text-anchor=\"middle\">a</text>\n");
  EXPECT_EQ(svg_text(1, 2, "a", Anchor::kEnd, "fill=\"red\""),
            "<text x=\"1\" y=\"2\" text-anchor=\"end\" fill=\"red\">a</text>\n");
}

}  // namespace
}  // namespace synergy::documents
