# Writes the man pages of the command line SYNERGY, compressed, into the folder PAGES (DATA: where its data will be), and its completion for bash, zsh and fish
# into the folder COMPLETION. The page of the script is not among them: it is made as installed (man_page.cmake).
file(REMOVE_RECURSE ${PAGES} ${COMPLETION})
file(MAKE_DIRECTORY ${COMPLETION})
execute_process(COMMAND ${SYNERGY} man --out ${PAGES} COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE ${PAGES}/synergy-mesh.1)
file(GLOB pages ${PAGES}/*.1)
foreach(page ${pages})  # a checkout's names of the script and the files, as they are installed
  file(READ ${page} text)
  string(REPLACE "deploy/mesh" "synergy\\-mesh" text "${text}")
  string(REPLACE "deploy/" "${DATA}/" text "${text}")
  file(WRITE ${page} "${text}")
endforeach()
execute_process(COMMAND ${GZIP} -9nf ${pages} COMMAND_ERROR_IS_FATAL ANY)
foreach(shell bash zsh fish)
  execute_process(COMMAND ${SYNERGY} completion ${shell} OUTPUT_FILE ${COMPLETION}/${shell} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
