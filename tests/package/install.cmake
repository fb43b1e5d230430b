# cmake -D BUILD_DIR=… -D SOURCE_DIR=… -D PREFIX=… [-D COMPONENTS=a,b] -P install.cmake
#
# Installs afresh, and moves the result so that a path that was left in it is found out.
cmake_minimum_required(VERSION 3.25)

set(selections "")
string(REPLACE "," ";" components "${COMPONENTS}")
foreach(component IN LISTS components)
  list(APPEND selections "--component ${component}")
endforeach()
if(NOT selections)
  set(selections "--verbose") # one run, of everything
endif()

file(REMOVE_RECURSE ${PREFIX} ${PREFIX}.first)
foreach(selection IN LISTS selections)
  separate_arguments(selection)
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${PREFIX}.first ${selection}
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()
file(RENAME ${PREFIX}.first ${PREFIX})

file(GLOB_RECURSE package_files ${PREFIX}/*.cmake)
foreach(file IN LISTS package_files)
  file(STRINGS ${file} lines)
  foreach(place ${SOURCE_DIR} ${BUILD_DIR} ${PREFIX})
    string(FIND "${lines}" "${place}" position)
    if(NOT position EQUAL -1)
      message(FATAL_ERROR "${file} names ${place}")
    endif()
  endforeach()
endforeach()
