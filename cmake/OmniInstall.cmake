# Installs one export file for each component, and the configuration that puts them together.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/omni)

get_property(components GLOBAL PROPERTY OMNI_COMPONENTS)
list(REMOVE_DUPLICATES components)
foreach(component IN LISTS components)
  install(EXPORT omni-${component} FILE omni-${component}-targets.cmake NAMESPACE omni::
          DESTINATION ${package_dir} COMPONENT ${component})
endforeach()

get_property(OMNI_ADAPTER_COMPONENTS GLOBAL PROPERTY OMNI_ADAPTER_NAMES)
list(TRANSFORM OMNI_ADAPTER_COMPONENTS PREPEND adapter_)
set(OMNI_IS_STATIC ON)
if(BUILD_SHARED_LIBS)
  set(OMNI_IS_STATIC OFF)
endif()
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/omni-config.cmake.in
                              ${PROJECT_BINARY_DIR}/omni-config.cmake
                              INSTALL_DESTINATION ${package_dir})

# Before 1.0 a minor version breaks, as the inline namespace says.
set(compatibility SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
endif()
write_basic_package_version_file(${PROJECT_BINARY_DIR}/omni-config-version.cmake
                                 COMPATIBILITY ${compatibility})
install(FILES ${PROJECT_BINARY_DIR}/omni-config.cmake
              ${PROJECT_BINARY_DIR}/omni-config-version.cmake
        DESTINATION ${package_dir} COMPONENT core)
if(OMNI_BUILD_RABBITMQ)
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/FindLibrabbitmq.cmake DESTINATION ${package_dir}
          COMPONENT rabbitmq)
endif()
