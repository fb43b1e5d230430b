# One function for each kind of target. Source lists are explicit.

find_program(OMNI_CCACHE ccache)
if(OMNI_CCACHE AND PROJECT_IS_TOP_LEVEL)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${OMNI_CCACHE})
endif()

add_library(omni_warnings INTERFACE)
target_compile_options(
  omni_warnings
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
            $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> # false alarms of g++ 12 on std::string
            $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety -Wglobal-constructors -Wexit-time-destructors>
            $<$<BOOL:${OMNI_WERROR}>:-Werror>)

if(OMNI_SANITIZE)
  add_compile_options(-fsanitize=${OMNI_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${OMNI_SANITIZE})
endif()

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

# omni_add_library(NAME base HEADER_DIR include HEADERS … SOURCES … PUBLIC … PRIVATE …)
# makes the target omni_base, known as omni::base here and to users.
function(omni_add_library)
  cmake_parse_arguments(arg "" "NAME;HEADER_DIR" "HEADERS;SOURCES;PUBLIC;PRIVATE" ${ARGN})
  set(target omni_${arg_NAME})
  add_library(${target} ${arg_SOURCES})
  add_library(omni::${arg_NAME} ALIAS ${target})
  _omni_common(${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${arg_NAME} VERSION ${PROJECT_VERSION}
                                             SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  list(TRANSFORM arg_HEADERS PREPEND ${arg_HEADER_DIR}/)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${arg_HEADER_DIR} FILES ${arg_HEADERS})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  set_property(GLOBAL APPEND PROPERTY OMNI_LIBRARIES ${target})
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

# omni_add_test(NAME x SOURCES … LIBRARIES …): a GoogleTest program, each test a CTest.
function(omni_add_test)
  cmake_parse_arguments(arg "" "NAME" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${arg_NAME} ${arg_SOURCES})
  _omni_common(${arg_NAME})
  # GoogleTest registers its tests from global constructors.
  target_compile_options(${arg_NAME} PRIVATE $<$<CXX_COMPILER_ID:Clang>:-Wno-global-constructors
                                             -Wno-exit-time-destructors>)
  target_compile_definitions(${arg_NAME} PRIVATE OMNI_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_include_directories(${arg_NAME} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${arg_NAME} PRIVATE ${arg_LIBRARIES} GTest::gmock_main)
  include(GoogleTest)
  gtest_discover_tests(${arg_NAME} DISCOVERY_MODE PRE_TEST)
endfunction()

# omni_add_bench(NAME x SOURCES … LIBRARIES …): a Google Benchmark program, run once by CTest.
function(omni_add_bench)
  cmake_parse_arguments(arg "" "NAME" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${arg_NAME} ${arg_SOURCES})
  _omni_common(${arg_NAME})
  target_compile_options(${arg_NAME} PRIVATE $<$<CXX_COMPILER_ID:Clang>:-Wno-global-constructors
                                             -Wno-exit-time-destructors>)
  target_compile_definitions(${arg_NAME} PRIVATE OMNI_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_include_directories(${arg_NAME} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${arg_NAME} PRIVATE ${arg_LIBRARIES} benchmark::benchmark_main)
  if(OMNI_BUILD_TESTS)
    add_test(NAME ${arg_NAME}_smoke COMMAND ${arg_NAME} --benchmark_min_time=0)
  endif()
endfunction()
