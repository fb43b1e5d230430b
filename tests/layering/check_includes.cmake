# cmake -D ROOT=<project> -P check_includes.cmake
#
# Fails when a file includes what its layer must not see. All headers share one include root, so
# the compiler cannot tell; this is the gate.
cmake_minimum_required(VERSION 3.25)

# Which layer a path belongs to; the first match decides. The same table reads files and includes:
# an include is `include/omni/x.h`, `src/model/x.h` or `adapters/twilio/x.h` here.
set(layers
    "^include/omni/testing/|^src/testing/|_test(_[a-z]+)?\\.(cc|h)$" testing
    "^include/omni/(version|error|export|fwd)\\.h$|^src/base/"   base
    "^include/omni/(capsule|codec|event|explanation|http|inquiry|json|json_storage|key_ring|provenance|secret|short_text|text_pairs|uuid)\\.h$" model
    "^src/model/"                                                model
    "^include/omni/adapter(_registry)?\\.h$|^src/adapter/"       adapter
    "^include/omni/support/|^src/support/"                       support
    "^include/omni/ports/|^src/ports/"                           ports
    "^include/omni/gateway\\.h$|^src/gateway/"                   gateway
    "^include/omni/components/|^src/components/"                 components
    "^adapters/all/|^include/omni/adapters/all\\.h$"             umbrella
    "^adapters/|^include/omni/adapters/"                         carrier)

# What each layer sees besides itself.
set(base_sees "")
set(model_sees base)
set(ports_sees base model)
set(adapter_sees base model)
set(support_sees base model)
set(gateway_sees base model ports adapter support)
set(components_sees base model ports support)
set(carrier_sees base model adapter support)
set(umbrella_sees base model adapter carrier)
set(testing_sees base model ports adapter support gateway components carrier umbrella)

# What may stand in a public header of somebody else's, besides the standard library.
set(public_third_party "^(absl/(container/inlined_vector|functional/any_invocable|status/|time/)|boost/(describe|mp11)\\.hpp$)")

function(layer_of path result)
  set(rules ${layers})
  while(rules)
    list(POP_FRONT rules pattern layer)
    if(path MATCHES "${pattern}")
      set(${result} ${layer} PARENT_SCOPE)
      return()
    endif()
  endwhile()
  set(${result} "" PARENT_SCOPE)
endfunction()

# The path, below ROOT, of what `file` includes as "name"; empty when it is not ours.
function(resolve file name result)
  cmake_path(GET file PARENT_PATH dir)
  foreach(candidate include/${name} src/${name} ${dir}/${name})
    if(EXISTS ${ROOT}/${candidate} AND NOT IS_DIRECTORY ${ROOT}/${candidate})
      set(${result} ${candidate} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(${result} "" PARENT_SCOPE)
  if(name MATCHES "^omni/")
    set(${result} include/${name} PARENT_SCOPE) # an adapter's header, below adapters/x/include
  endif()
endfunction()

set(problem_count 0)
macro(report message)
  message(NOTICE "${file}: ${message}")
  math(EXPR problem_count "${problem_count} + 1")
endmacro()

# A carrier's own name: adapters/twilio/… and include/omni/adapters/twilio.h are `twilio`.
function(carrier_of path result)
  string(REGEX REPLACE "^(include/omni/)?adapters/([a-z0-9_]+).*" "\\2" name ${path})
  set(${result} ${name} PARENT_SCOPE)
endfunction()

function(check_ours file layer target)
  layer_of(${target} target_layer)
  if(NOT target_layer)
    report("includes ${target}, which belongs to no layer")
  elseif(NOT target_layer STREQUAL layer AND NOT target_layer IN_LIST ${layer}_sees)
    report("layer '${layer}' must not include ${target} of layer '${target_layer}'")
  elseif(is_public AND NOT target MATCHES "^include/")
    report("a public header must not include the private ${target}")
  elseif(target STREQUAL src/model/rapidjson.h AND NOT file MATCHES "^src/model/.*\\.cc$")
    report("only src/model/*.cc may include ${target}")
  elseif(layer STREQUAL carrier AND target_layer STREQUAL carrier)
    carrier_of(${file} own)
    carrier_of(${target} other)
    if(NOT own STREQUAL other)
      report("the adapter '${own}' must not include ${target} of another")
    endif()
  endif()
  set(problem_count ${problem_count} PARENT_SCOPE)
endfunction()

function(check_third_party file layer name)
  if(name MATCHES "^rapidjson/" AND NOT file STREQUAL src/model/rapidjson.h)
    report("only src/model/rapidjson.h may include ${name}")
  elseif(name STREQUAL "simdjson.h" AND NOT file STREQUAL src/model/simdjson.cc)
    report("only src/model/simdjson.cc may include ${name}")
  elseif(name MATCHES "^openssl/" AND NOT file MATCHES "\\.cc$")
    report("only a .cc file may include ${name}")
  elseif(name MATCHES "^curl/" AND NOT file MATCHES "^src/components/curl/")
    report("only src/components/curl may include ${name}")
  elseif(name MATCHES "^sqlite3\\.h$" AND NOT file MATCHES "^src/components/sqlite/")
    report("only src/components/sqlite may include ${name}")
  elseif(name MATCHES "^hiredis/" AND NOT file MATCHES "^src/components/redis/.*\\.cc$")
    report("only a .cc file of src/components/redis may include ${name}")
  elseif(name MATCHES "^(rabbitmq-c/|amqp(_[a-z]+)?\\.h$)"
         AND NOT file STREQUAL src/components/rabbitmq/amqp.h)
    report("only src/components/rabbitmq/amqp.h may include ${name}")
  elseif(name MATCHES "^absl/synchronization/")
    report("${name} gives false races under ThreadSanitizer; use base/mutex.h")
  elseif(name MATCHES "^g(test|mock)/" AND NOT layer STREQUAL testing)
    report("only tests may include ${name}")
  elseif(is_public AND name MATCHES "[/.]" AND NOT name MATCHES "${public_third_party}"
         AND NOT layer STREQUAL testing)
    report("a public header must not include ${name}")
  endif()
  set(problem_count ${problem_count} PARENT_SCOPE)
endfunction()

function(check_file file)
  layer_of(${file} layer)
  if(NOT layer)
    report("belongs to no layer; add it to the table")
  endif()
  set(is_public FALSE)
  if(file MATCHES "(^|/)include/omni/")
    set(is_public TRUE)
  endif()
  file(STRINGS ${ROOT}/${file} lines REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "[<\"]([^>\"]+)[>\"]" _ "${line}")
    set(name "${CMAKE_MATCH_1}")
    resolve(${file} ${name} target)
    if(target)
      check_ours(${file} "${layer}" ${target})
    else()
      check_third_party(${file} "${layer}" ${name})
    endif()
  endforeach()
  set(problem_count ${problem_count} PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/include/*.h ${ROOT}/src/*.h ${ROOT}/src/*.cc
     ${ROOT}/adapters/*.h ${ROOT}/adapters/*.cc)
foreach(file IN LISTS files)
  check_file(${file})
endforeach()
list(LENGTH files file_count)
if(problem_count GREATER 0)
  message(FATAL_ERROR "${problem_count} of the includes of ${file_count} files break the layers")
endif()
message(STATUS "${file_count} files keep to their layers")
