# One function for each kind of target. Source lists are explicit.

function(_omni_common target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(
    ${target}
    PROPERTIES CXX_EXTENSIONS OFF
               CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
               POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:omni_warnings>)
endfunction()

# Puts a target into a component of the installed package.
function(_omni_install target component)
  if(NOT OMNI_INSTALL)
    return()
  endif()
  set(headers "")
  get_target_property(header_sets ${target} INTERFACE_HEADER_SETS)
  if(header_sets)
    set(headers FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT ${component})
  endif()
  install(
    TARGETS ${target}
    EXPORT omni-${component}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${component}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${component}
    ${headers})
  set_property(GLOBAL APPEND PROPERTY OMNI_COMPONENTS ${component})
endfunction()

# omni_add_library(NAME base [STATIC] [COMPONENT core] HEADER_DIR include HEADERS … SOURCES …
# PUBLIC … PRIVATE …) makes the target omni_base, known as omni::base here and to users, who get it
# with the component of that name, or the one given. STATIC: even where BUILD_SHARED_LIBS is on.
function(omni_add_library)
  cmake_parse_arguments(arg "STATIC" "NAME;COMPONENT;HEADER_DIR" "HEADERS;SOURCES;PUBLIC;PRIVATE"
                        ${ARGN})
  set(target omni_${arg_NAME})
  set(type "") # as BUILD_SHARED_LIBS says
  if(arg_STATIC)
    set(type STATIC)
  endif()
  add_library(${target} ${type} ${arg_SOURCES})
  add_library(omni::${arg_NAME} ALIAS ${target})
  _omni_common(${target})
  set_target_properties(
    ${target}
    PROPERTIES EXPORT_NAME ${arg_NAME}
               VERSION ${PROJECT_VERSION}
               SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
               INSTALL_RPATH "$ORIGIN")
  list(TRANSFORM arg_HEADERS PREPEND ${arg_HEADER_DIR}/)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${arg_HEADER_DIR} FILES ${arg_HEADERS})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  if(NOT arg_COMPONENT)
    set(arg_COMPONENT ${arg_NAME})
  endif()
  _omni_install(${target} ${arg_COMPONENT})
endfunction()

# omni_add_bundle(NAME core LIBRARIES …): several libraries under one name, as a component.
function(omni_add_bundle)
  cmake_parse_arguments(arg "" "NAME" "LIBRARIES" ${ARGN})
  add_library(omni_${arg_NAME} INTERFACE)
  add_library(omni::${arg_NAME} ALIAS omni_${arg_NAME})
  set_target_properties(omni_${arg_NAME} PROPERTIES EXPORT_NAME ${arg_NAME})
  target_link_libraries(omni_${arg_NAME} INTERFACE ${arg_LIBRARIES})
  _omni_install(omni_${arg_NAME} ${arg_NAME})
endfunction()

# omni_add_adapter(NAME twilio SOURCES … [TESTS …]): an adapter links the adapter API and its
# support code, and never a port.
function(omni_add_adapter)
  cmake_parse_arguments(arg "" "NAME" "SOURCES;TESTS" ${ARGN})
  omni_add_library(
    NAME adapter_${arg_NAME}
    HEADER_DIR ${CMAKE_CURRENT_SOURCE_DIR}/include
    HEADERS omni/adapters/${arg_NAME}.h
    SOURCES ${arg_SOURCES}
    PUBLIC omni::base
    PRIVATE omni::support)
  set_property(GLOBAL APPEND PROPERTY OMNI_ADAPTER_NAMES ${arg_NAME})
  if(OMNI_BUILD_TESTS AND arg_TESTS)
    omni_add_test(NAME ${arg_NAME}_adapter_test SOURCES ${arg_TESTS} LIBRARIES omni::adapter_${arg_NAME}
                  omni::support omni::testing)
  endif()
endfunction()

# A program for developers: a test or a benchmark.
function(_omni_add_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  _omni_common(${name})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE omni_program_warnings omni_test_paths ${arg_LIBRARIES})
endfunction()

# omni_add_test(NAME x SOURCES … LIBRARIES … [LABELS …]): a GoogleTest program, each test a CTest.
function(omni_add_test)
  cmake_parse_arguments(arg "" "NAME" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  _omni_add_program(${arg_NAME} SOURCES ${arg_SOURCES} LIBRARIES ${arg_LIBRARIES} GTest::gmock_main)
  # What is tested is optimized as the preset says; optimizing the tests would double the build.
  target_compile_options(${arg_NAME} PRIVATE -O0 -g1)
  include(GoogleTest)
  gtest_discover_tests(${arg_NAME} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS "${arg_LABELS}")
endfunction()

# omni_add_broker_test(NAME x SOURCES … LIBRARIES …): a GoogleTest program that starts a server. One
# CTest in all, so that the server is started once; label `broker`.
function(omni_add_broker_test)
  cmake_parse_arguments(arg "" "NAME" "SOURCES;LIBRARIES" ${ARGN})
  _omni_add_program(${arg_NAME} SOURCES ${arg_SOURCES} LIBRARIES ${arg_LIBRARIES} GTest::gmock_main)
  target_compile_options(${arg_NAME} PRIVATE -O0 -g1)
  add_test(NAME ${arg_NAME} COMMAND ${arg_NAME})
  set_tests_properties(${arg_NAME} PROPERTIES LABELS broker RUN_SERIAL ON TIMEOUT 300)
endfunction()

# omni_add_bench(NAME x SOURCES … LIBRARIES …): a Google Benchmark program, run once by CTest.
function(omni_add_bench)
  cmake_parse_arguments(arg "" "NAME" "SOURCES;LIBRARIES" ${ARGN})
  _omni_add_program(${arg_NAME} SOURCES ${arg_SOURCES}
                    LIBRARIES ${arg_LIBRARIES} benchmark::benchmark_main)
  if(OMNI_BUILD_TESTS)
    add_test(NAME ${arg_NAME}_smoke COMMAND ${arg_NAME} --benchmark_min_time=0)
    set_tests_properties(${arg_NAME}_smoke PROPERTIES LABELS bench)
  endif()
endfunction()
