# What is installed beside the program, and the Debian package that CPack makes of it:
#   cpack -G DEB --config build/<preset>/CPackConfig.cmake
set(here ${CMAKE_CURRENT_LIST_DIR})
install(TARGETS omni RUNTIME DESTINATION bin COMPONENT gateway)
install(FILES ${here}/omni.service DESTINATION lib/systemd/system COMPONENT gateway)
install(FILES ${here}/omni.1 DESTINATION share/man/man1 COMPONENT gateway)
install(FILES ${here}/completions/omni.bash RENAME omni
        DESTINATION share/bash-completion/completions COMPONENT gateway)
install(FILES ${here}/completions/_omni DESTINATION share/zsh/vendor-completions COMPONENT gateway)
install(FILES ${here}/completions/omni.fish DESTINATION share/fish/vendor_completions.d COMPONENT gateway)
# Not by `cmake --install`: its place is the same under every prefix.
install(FILES ${here}/omni.json DESTINATION /etc/omni COMPONENT gateway_config EXCLUDE_FROM_ALL)

set(CPACK_PACKAGE_NAME omni)
set(CPACK_PACKAGE_VENDOR "The omni authors")
set(CPACK_PACKAGE_CONTACT "The omni authors <omni@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "receive the signed webhooks of messaging carriers into a queue")
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON) # for what is below /etc
set(CPACK_STRIP_FILES ON)
# Of all that the build could install, the program alone.
set(CPACK_COMPONENTS_ALL gateway gateway_config)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME omni.deb)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${here}/postinst ${here}/prerm ${here}/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
