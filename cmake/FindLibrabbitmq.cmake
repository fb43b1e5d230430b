# librabbitmq, the C client of RabbitMQ, as the target Librabbitmq::librabbitmq. Its own package
# configuration is not in every distribution.
find_path(Librabbitmq_INCLUDE_DIR NAMES rabbitmq-c/amqp.h amqp.h)
find_library(Librabbitmq_LIBRARY NAMES rabbitmq)

foreach(header rabbitmq-c/amqp.h amqp.h)
  if(Librabbitmq_INCLUDE_DIR AND EXISTS ${Librabbitmq_INCLUDE_DIR}/${header})
    file(STRINGS ${Librabbitmq_INCLUDE_DIR}/${header} version_lines
         REGEX "#define AMQP_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
    string(REGEX MATCHALL "[0-9]+" version_parts "${version_lines}")
    list(JOIN version_parts "." Librabbitmq_VERSION)
    break()
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Librabbitmq REQUIRED_VARS Librabbitmq_LIBRARY Librabbitmq_INCLUDE_DIR
                                  VERSION_VAR Librabbitmq_VERSION)
mark_as_advanced(Librabbitmq_INCLUDE_DIR Librabbitmq_LIBRARY)
if(Librabbitmq_FOUND AND NOT TARGET Librabbitmq::librabbitmq)
  add_library(Librabbitmq::librabbitmq UNKNOWN IMPORTED)
  set_target_properties(
    Librabbitmq::librabbitmq PROPERTIES IMPORTED_LOCATION ${Librabbitmq_LIBRARY}
                                        INTERFACE_INCLUDE_DIRECTORIES ${Librabbitmq_INCLUDE_DIR})
endif()
