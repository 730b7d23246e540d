#include "row_crc.hpp"

#include <sqlite3.h>
#include <zlib.h>

#include <array>
#include <bit>
#include <cstdint>

namespace synergy::store {
namespace {

class Crc {
 public:
  void add(char kind, std::uint64_t number) {
    std::array<unsigned char, 9> bytes{static_cast<unsigned char>(kind)};
    for (std::size_t i = 1; i < bytes.size(); ++i, number >>= 8)
      bytes[i] = static_cast<unsigned char>(number);
    add(bytes.data(), bytes.size());
  }
  void add(const void* bytes, std::size_t size) {
    crc_ = ::crc32_z(crc_, static_cast<const Bytef*>(bytes), size);
  }
  [[nodiscard]] std::int32_t value() const { return static_cast<std::int32_t>(std::uint32_t(crc_)); }

 private:
  uLong crc_ = ::crc32_z(0, nullptr, 0);
};

void add(Crc& crc, sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return crc.add('i', std::uint64_t(sqlite3_value_int64(value)));
    case SQLITE_FLOAT:
      return crc.add('r',
                     std::bit_cast<std::uint64_t>(sqlite3_value_double(value) + 0.0));  // SQLite has no -0.0
    case SQLITE_NULL:
      return crc.add("n", 1);
    default:
      break;
  }
  const bool text = sqlite3_value_type(value) == SQLITE_TEXT;
  const void* bytes = text ? static_cast<const void*>(sqlite3_value_text(value)) : sqlite3_value_blob(value);
  const auto size = std::size_t(sqlite3_value_bytes(value));
  crc.add(text ? 't' : 'b', size);
  if (size > 0) crc.add(bytes, size);
}

void row_crc(sqlite3_context* context, int count, sqlite3_value** values) {
  Crc crc;
  for (int i = 0; i < count; ++i) add(crc, values[i]);
  sqlite3_result_int64(context, crc.value());
}

/// The columns, `before` in front of each.
std::string columns_of(const CheckedTable& table, std::string_view before) {
  std::string text(before);
  for (const char c : table.columns) {
    text += c;
    if (c == ' ') text += before;
  }
  return text;
}

}  // namespace

void add_row_crc(SQLite::Database& sqlite) { sqlite.createFunction("row_crc", -1, true, nullptr, row_crc); }

std::string insert_sql(const CheckedTable& table) {
  std::string places = "?1";
  int at = 1;
  for (const char c : table.columns)
    if (c == ',') places += ", ?" + std::to_string(++at);
  return "INSERT INTO " + std::string(table.name) + " (" + std::string(table.columns) + ", crc) VALUES (" +
         places + ", row_crc(" + places + "))";
}

std::string crc_sql(const CheckedTable& table, std::string_view row) {
  return "row_crc(" + columns_of(table, std::string(row) + ".") + ")";
}

std::string whole_sql(const CheckedTable& table, std::string_view row) {
  return "ifnull(" + std::string(row) + ".crc = " + crc_sql(table, row) + ", 1)";
}

std::string checking_sql(std::string_view sql, const CheckedTable& table, std::string_view row) {
  constexpr std::string_view kWord = "WHOLE";
  std::string text(sql);
  return text.replace(text.find(kWord), kWord.size(), whole_sql(table, row));
}

}  // namespace synergy::store
