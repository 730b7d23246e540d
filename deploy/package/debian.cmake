# Debian packages, made by CPack: `deploy/mesh package`.
#
# Two packages. synergy-mesh is all that one machine needs to run a mesh: programs, page, models, units, man pages; the
# models are small (4 MiB), so they are no package of their own. python3-synergy-mesh is for who writes programs in Python:
# it is of every architecture, and only it depends on pyzmq and msgpack.
set(debian ${CMAKE_CURRENT_SOURCE_DIR}/debian)
set(made_debian ${PROJECT_BINARY_DIR}/debian)

# The version and the time of everything inside come from the changelog's first entry: two builds have the same. Its
# revision is below 1, which is left to Debian.
file(STRINGS ${debian}/changelog first LIMIT_COUNT 1)
if(NOT first MATCHES "^synergy-mesh \\((${PROJECT_VERSION}-[0-9.]+)\\)")
  message(FATAL_ERROR "deploy/package/debian/changelog begins with another version than ${PROJECT_VERSION}: ${first}")
endif()
set(debian_version ${CMAKE_MATCH_1})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME synergy-mesh)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Synergy Mesh maintainers <maintainers@synergy-mesh.invalid>")
set(CPACK_PACKAGE_VENDOR "Synergy Mesh")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)  # for what stands in /etc
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL mesh python)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/staging.cmake)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
string(REPLACE "${PROJECT_VERSION}-" "" CPACK_DEBIAN_PACKAGE_RELEASE ${debian_version})
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_DEBIAN_MESH_PACKAGE_NAME synergy-mesh)
set(CPACK_DEBIAN_MESH_PACKAGE_SECTION science)
set(CPACK_DEBIAN_MESH_PACKAGE_SHLIBDEPS ON)
# Of systemd only the tools that make the user and the folders; the mesh runs without systemd, too.
set(CPACK_DEBIAN_MESH_PACKAGE_DEPENDS "init-system-helpers (>= 1.52), systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles")
# supervisor runs the mesh of an ordinary user; sqlite3 reads its database.
set(CPACK_DEBIAN_MESH_PACKAGE_RECOMMENDS "supervisor, sqlite3")
set(CPACK_DEBIAN_MESH_PACKAGE_SUGGESTS "python3-synergy-mesh")
set(CPACK_COMPONENT_MESH_DESCRIPTION "tiny AI accelerators of one body as one computer
Synergy Mesh makes the tiny AI accelerators worn on one body behave like one
computer. An app says what it needs: a sensor, a model, an output. Services
decide which layers of which model run on which MAX78000 or MAX78002, move
the tensors between them, and keep every result. Emulators stand in for the
boards.
.
This package has the services, the emulator, the command line, the page for
the browser, models, bodies and device profiles, and units of systemd.")
set(CPACK_DEBIAN_MESH_PACKAGE_CONTROL_EXTRA ${debian}/mesh/conffiles ${debian}/mesh/postinst ${debian}/mesh/prerm
    ${debian}/mesh/postrm)

set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-synergy-mesh)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "python3:any (>= 3.11), python3-zmq, python3-msgpack")
set(CPACK_DEBIAN_PYTHON_PACKAGE_RECOMMENDS "synergy-mesh")
set(CPACK_DEBIAN_PYTHON_PACKAGE_SUGGESTS "python3-matplotlib")
set(CPACK_COMPONENT_PYTHON_DESCRIPTION "Python client of Synergy Mesh
Synergy Mesh makes the tiny AI accelerators worn on one body behave like one
computer.
.
This package has the module synergy_mesh: submit apps to a running mesh, feed
frames, read results, plans and history, in programs that block or use
asyncio.")
set(CPACK_DEBIAN_PYTHON_PACKAGE_CONTROL_EXTRA ${debian}/python/postinst ${debian}/python/prerm)

add_custom_command(OUTPUT ${made_debian}/changelog.Debian.gz
  COMMAND ${CMAKE_COMMAND} -E make_directory ${made_debian}
  COMMAND ${CMAKE_COMMAND} -E copy ${debian}/changelog ${made_debian}/changelog.Debian
  COMMAND ${SYNERGY_GZIP} -9nf ${made_debian}/changelog.Debian
  DEPENDS ${debian}/changelog VERBATIM)
add_custom_command(OUTPUT ${made_debian}/changelog.gz
  COMMAND ${CMAKE_COMMAND} -E copy ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${made_debian}/changelog
  COMMAND ${SYNERGY_GZIP} -9nf ${made_debian}/changelog
  DEPENDS ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${made_debian}/changelog.Debian.gz VERBATIM)
add_custom_target(synergy_changelog ALL DEPENDS ${made_debian}/changelog.Debian.gz ${made_debian}/changelog.gz)
foreach(pair "mesh;synergy-mesh" "python;python3-synergy-mesh")
  list(GET pair 0 component)
  list(GET pair 1 package)
  install(FILES ${debian}/copyright ${made_debian}/changelog.Debian.gz ${made_debian}/changelog.gz DESTINATION ${doc_dir}/${package}
          COMPONENT ${component})
endforeach()

include(CPack)
