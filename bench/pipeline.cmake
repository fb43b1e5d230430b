# omni against the floor and the peers. The floor needs simdjson, whichever parser omni is built
# with; the naive peer is left out where nlohmann's JSON is not there.
find_package(simdjson CONFIG QUIET)
if(NOT simdjson_FOUND)
  return()
endif()
find_package(nlohmann_json CONFIG QUIET)

# Includes begin with bench/: a folder with a file `compare` must not be searched for <compare>.
add_library(omni_bench_checks STATIC checks.cc)
_omni_common(omni_bench_checks)
target_include_directories(omni_bench_checks PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(omni_bench_checks PUBLIC omni_workload PRIVATE omni_program_warnings)

add_library(omni_bench_floor STATIC floor/bandwidth.cc floor/floor.cc floor/messagebird.cc
                                    floor/twilio.cc floor/whatsapp.cc)
_omni_common(omni_bench_floor)
# The low-level contexts can be copied for nothing; what replaces them cannot.
target_compile_definitions(omni_bench_floor PRIVATE OPENSSL_SUPPRESS_DEPRECATED)
target_include_directories(omni_bench_floor PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(omni_bench_floor PUBLIC omni_workload
                      PRIVATE simdjson::simdjson OpenSSL::Crypto omni_program_warnings)

set(peers "")
if(nlohmann_json_FOUND)
  add_library(omni_bench_naive STATIC peers/naive.cc)
  _omni_common(omni_bench_naive)
  target_include_directories(omni_bench_naive PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_definitions(omni_bench_naive INTERFACE OMNI_BENCH_NAIVE)
  target_link_libraries(omni_bench_naive PUBLIC omni_workload
                        PRIVATE nlohmann_json::nlohmann_json OpenSSL::Crypto omni_program_warnings)
  set(peers omni_bench_naive)
endif()

omni_add_bench(NAME pipeline_bench SOURCES pipeline_bench.cc LIBRARIES omni_bench_checks
               omni_bench_floor ${peers})

add_executable(write_pool peers/write_pool.cc)
target_link_libraries(write_pool PRIVATE omni_bench_checks omni_warnings omni_program_warnings)
