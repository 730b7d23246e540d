# Writes OUTPUT, a C++ file that holds the text of every file of the list MIGRATIONS (NNNN_name.sql).
# Their numbers must be 1, 2, 3 ... in the order of the list.
set(entries "")
set(expected 0)
foreach(file IN LISTS MIGRATIONS)
  math(EXPR expected "${expected} + 1")
  get_filename_component(stem ${file} NAME_WE)
  if(NOT stem MATCHES "^0*([1-9][0-9]*)_([a-z0-9_]+)$")
    message(FATAL_ERROR "${file}: a migration is named like 0001_initial.sql")
  endif()
  set(version ${CMAKE_MATCH_1})
  set(name ${CMAKE_MATCH_2})
  if(NOT version EQUAL expected)
    message(FATAL_ERROR "${file}: expected migration ${expected} here, found ${version}")
  endif()
  file(READ ${file} sql)
  string(APPEND entries "    {${version}, \"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()

file(WRITE ${OUTPUT} "// Generated from store/migrations; edit those.
#include \"migrations.hpp\"

namespace synergy::store {
namespace {
constexpr Migration kEmbedded[] = {
${entries}};
}  // namespace

std::span<const Migration> embedded_migrations() { return kEmbedded; }

}  // namespace synergy::store
")
