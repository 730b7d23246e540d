# Writes PAGE, the compressed man page of the program NAME, from what PROGRAM says of itself with --help.
#
# The script deploy/mesh says other things where it is installed than in a checkout: for its page it is laid out as it will
# be installed, and the folder that it names is the one it will have.
get_filename_component(folder ${PAGE} DIRECTORY)
string(REGEX REPLACE "\\.gz$" "" plain ${PAGE})
file(MAKE_DIRECTORY ${folder})
if(NAME STREQUAL "synergy-mesh")
  get_filename_component(bin ${PROGRAM} DIRECTORY)
  get_filename_component(prefix ${bin} DIRECTORY)
  file(REMOVE_RECURSE ${prefix})
  file(COPY ${SOURCE}/deploy/running.sh ${SOURCE}/deploy/doctor.sh DESTINATION ${prefix}/share/synergy-mesh)
  configure_file(${SOURCE}/deploy/mesh ${PROGRAM} COPYONLY)
  execute_process(COMMAND ${PROGRAM} --help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "${prefix}/share/synergy-mesh" "${DATA}" help "${help}")
  file(WRITE ${prefix}/help "${help}")
  file(WRITE ${PROGRAM} "#!/bin/sh\nexec cat \"$(dirname \"$0\")/../help\"\n")
  set(about "starts, watches and stops a mesh of AI accelerators")
else()
  execute_process(COMMAND ${PROGRAM} --help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCH "^[^\n]*" about "${help}")
  string(REGEX REPLACE "\\.$" "" about "${about}")
endif()
# help2man hands the program's path to a shell as it is, so that a space would part it: it is called from its own folder.
get_filename_component(folder ${PROGRAM} DIRECTORY)
get_filename_component(program ${PROGRAM} NAME)
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C ${HELP2MAN} --no-info --section=${SECTION} --manual=Synergy\ Mesh --source=synergy-mesh\ ${VERSION}
          --name=${about} --version-string=${VERSION} --output=${plain} ./${program}
  WORKING_DIRECTORY ${folder}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${GZIP} -9nf ${plain} COMMAND_ERROR_IS_FATAL ANY)
