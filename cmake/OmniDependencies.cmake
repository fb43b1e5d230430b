# What omni builds with. All of it is in Debian 12; nothing is downloaded.
find_package(absl CONFIG REQUIRED)
find_package(Boost 1.77 REQUIRED) # Describe; headers only
find_package(OpenSSL 3.0 REQUIRED)
find_package(RapidJSON CONFIG REQUIRED)
find_package(Threads REQUIRED)

# RapidJSON's package gives only a path. SYSTEM: its headers do not meet our warnings.
add_library(omni_rapidjson INTERFACE)
target_include_directories(omni_rapidjson SYSTEM INTERFACE ${RapidJSON_INCLUDE_DIRS})

# Reads what RapidJSON would read as well, several times as fast (docs/adr/0024-inbound-json.md).
find_package(simdjson 3.0 CONFIG QUIET)
set(json_parser_default rapidjson)
if(simdjson_FOUND)
  set(json_parser_default simdjson)
endif()
set(OMNI_JSON_PARSER ${json_parser_default} CACHE STRING
    "What reads webhooks first: simdjson (with RapidJSON for what it leaves), or rapidjson alone")
set_property(CACHE OMNI_JSON_PARSER PROPERTY STRINGS simdjson rapidjson)
if(NOT OMNI_JSON_PARSER MATCHES "^(simdjson|rapidjson)$")
  message(FATAL_ERROR "omni: OMNI_JSON_PARSER is simdjson or rapidjson, not ${OMNI_JSON_PARSER}")
endif()
if(OMNI_JSON_PARSER STREQUAL "simdjson" AND NOT simdjson_FOUND)
  message(FATAL_ERROR "omni: OMNI_JSON_PARSER=simdjson needs simdjson 3.0")
endif()

# A host may bring GoogleTest as a subproject of its own.
if(NOT TARGET GTest::gmock)
  find_package(GTest CONFIG QUIET)
endif()
set(testing_kit_default OFF)
if(PROJECT_IS_TOP_LEVEL AND TARGET GTest::gmock)
  set(testing_kit_default ON)
endif()
option(OMNI_BUILD_TESTING_KIT "Build omni::testing, fakes and matchers on GoogleTest"
       ${testing_kit_default})
if((OMNI_BUILD_TESTS OR OMNI_BUILD_TESTING_KIT) AND NOT TARGET GTest::gmock)
  message(FATAL_ERROR "omni: OMNI_BUILD_TESTS and OMNI_BUILD_TESTING_KIT need GoogleTest and gMock")
endif()
if(OMNI_BUILD_TESTS AND NOT OMNI_BUILD_TESTING_KIT)
  message(FATAL_ERROR "omni: OMNI_BUILD_TESTS needs OMNI_BUILD_TESTING_KIT")
endif()

# 7.87 for CURLOPT_QUICK_EXIT: a name that does not resolve must not hold up the other requests.
find_package(CURL 7.87 QUIET)
option(OMNI_BUILD_CURL "Build omni::curl, an HTTP client on libcurl" ${CURL_FOUND})
if(OMNI_BUILD_CURL AND NOT CURL_FOUND)
  message(FATAL_ERROR "omni: OMNI_BUILD_CURL needs libcurl 7.87")
endif()

option(OMNI_BUILD_SQS "Build omni::aws and omni::sqs, secrets and a queue at AWS" ${OMNI_BUILD_CURL})
if(OMNI_BUILD_SQS AND NOT OMNI_BUILD_CURL)
  message(FATAL_ERROR "omni: OMNI_BUILD_SQS needs OMNI_BUILD_CURL")
endif()

# 3.35 for an upsert that names no constraint.
find_package(SQLite3 3.35 QUIET)
option(OMNI_BUILD_SQLITE "Build omni::sqlite, a durable queue and its stores in one file"
       ${SQLite3_FOUND})
if(OMNI_BUILD_SQLITE AND NOT SQLite3_FOUND)
  message(FATAL_ERROR "omni: OMNI_BUILD_SQLITE needs SQLite 3.35")
endif()

# hiredis has no usable CMake package.
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(hiredis QUIET IMPORTED_TARGET hiredis>=0.14)
endif()
set(hiredis_is_there OFF)
if(TARGET PkgConfig::hiredis)
  set(hiredis_is_there ON)
endif()
option(OMNI_BUILD_REDIS "Build omni::redis, an idempotency store in Redis" ${hiredis_is_there})
if(OMNI_BUILD_REDIS AND NOT hiredis_is_there)
  message(FATAL_ERROR "omni: OMNI_BUILD_REDIS needs hiredis 0.14 and pkg-config")
endif()

find_package(Librabbitmq 0.11 QUIET)
option(OMNI_BUILD_RABBITMQ "Build omni::rabbitmq, a durable queue on RabbitMQ" ${Librabbitmq_FOUND})
if(OMNI_BUILD_RABBITMQ AND NOT Librabbitmq_FOUND)
  message(FATAL_ERROR "omni: OMNI_BUILD_RABBITMQ needs librabbitmq 0.11")
endif()

if(OMNI_BUILD_BENCH)
  find_package(benchmark CONFIG REQUIRED)
endif()
