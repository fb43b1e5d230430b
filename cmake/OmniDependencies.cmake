# What omni builds with. All of it is in Debian 12; nothing is downloaded.
find_package(absl CONFIG REQUIRED)
find_package(Boost 1.77 REQUIRED) # Describe; headers only
find_package(OpenSSL 3.0 REQUIRED)
find_package(RapidJSON CONFIG REQUIRED)
find_package(Threads REQUIRED)

# RapidJSON's package gives only a path. SYSTEM: its headers do not meet our warnings.
add_library(omni_rapidjson INTERFACE)
target_include_directories(omni_rapidjson SYSTEM INTERFACE ${RapidJSON_INCLUDE_DIRS})

if(OMNI_BUILD_TESTS)
  find_package(GTest CONFIG REQUIRED)
endif()
if(OMNI_BUILD_BENCH)
  find_package(benchmark CONFIG REQUIRED)
endif()
