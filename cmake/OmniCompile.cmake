# How everything here is compiled: compiler cache, warnings, sanitizers.

find_program(OMNI_CCACHE ccache)
if(OMNI_CCACHE AND PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  # Without directories in the hash, one build directory profits from another, and one clone too.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_NOHASHDIR=true
                                  CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} ${OMNI_CCACHE})
endif()

add_library(omni_warnings INTERFACE)
target_compile_options(
  omni_warnings
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
            $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> # false alarms of g++ 12 on std::string
            $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety -Wglobal-constructors -Wexit-time-destructors>
            $<$<BOOL:${OMNI_WERROR}>:-Werror>)

# For tests and benchmarks: GoogleTest and Google Benchmark register from global constructors. To be
# linked after omni_warnings, because the last of two options counts.
add_library(omni_program_warnings INTERFACE)
target_compile_options(
  omni_program_warnings
  INTERFACE $<$<CXX_COMPILER_ID:Clang>:-Wno-global-constructors -Wno-exit-time-destructors>)

if(OMNI_SANITIZE)
  add_compile_options(-fsanitize=${OMNI_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${OMNI_SANITIZE})
  if(OMNI_SANITIZE MATCHES "thread")
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>) # atomic fences are not modelled
  endif()
endif()
