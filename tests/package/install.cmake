# cmake -D BUILD_DIR=… -D SOURCE_DIR=… -D PREFIX=… [-D COMPONENTS=a,b] -P install.cmake
#
# Installs afresh, and moves the result so that a path that was left in it is found out.
cmake_minimum_required(VERSION 3.25)

function(install_some)
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${PREFIX}.first ${ARGN}
                  COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${PREFIX} ${PREFIX}.first)
if(COMPONENTS)
  string(REPLACE "," ";" components ${COMPONENTS})
  foreach(component IN LISTS components)
    install_some(--component ${component})
  endforeach()
else()
  install_some()
endif()
file(RENAME ${PREFIX}.first ${PREFIX})

file(GLOB_RECURSE package_files ${PREFIX}/*.cmake)
foreach(file IN LISTS package_files)
  file(READ ${file} text)
  foreach(place ${SOURCE_DIR} ${BUILD_DIR} ${PREFIX})
    string(FIND "${text}" "${place}" position)
    if(NOT position EQUAL -1)
      message(FATAL_ERROR "${file} names ${place}")
    endif()
  endforeach()
endforeach()
