# SPDX-License-Identifier: GPL-3.0-or-later
# cd build/release && cpack -G DEB     also: TGZ; on Windows NSIS64 or ZIP, on macOS DragNDrop; AppImage: installer/appimage.sh
set(CPACK_PACKAGE_NAME trunkline)
set(CPACK_PACKAGE_VENDOR "The Trunkline authors")
set(CPACK_PACKAGE_CONTACT "The Trunkline authors <trunkline@localhost.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Messaging hub: HTTP in, WebSocket out, replies as Server-Sent Events")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_ALL trunkline)
if(TRUNKLINE_BUILD_DESKTOP)
    list(APPEND CPACK_COMPONENTS_ALL desktop)
endif()
set(CPACK_COMPONENTS_GROUPING IGNORE)

# .deb: one package a component; libraries are found by dpkg-shlibdeps.
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_TRUNKLINE_PACKAGE_NAME trunkline)
set(CPACK_DEBIAN_DESKTOP_PACKAGE_NAME trunkline-desktop)
set(CPACK_DEBIAN_DESKTOP_PACKAGE_SECTION devel)
set(CPACK_COMPONENT_TRUNKLINE_DESCRIPTION "Messaging hub for a developer's desk
 Services POST JSON messages, people and bots listen on WebSockets or event
 streams, and their replies stream back as Server-Sent Events: one program,
 one port. With a systemd unit, man pages and completions.")
set(CPACK_COMPONENT_DESKTOP_DESCRIPTION "Messaging hub with a window
 The same hub with a window that shows sessions, requests with their replies
 as a waterfall, and all traffic; it watches hubs in other processes too.")
set(CPACK_DEBIAN_TRUNKLINE_DESCRIPTION "${CPACK_COMPONENT_TRUNKLINE_DESCRIPTION}")
set(CPACK_DEBIAN_DESKTOP_DESCRIPTION "${CPACK_COMPONENT_DESKTOP_DESCRIPTION}")
# Plugins, which dpkg-shlibdeps cannot see: STORE, and the icons, whose plugins libqt6svg6 carried itself before 6.7.2-5.
set(CPACK_DEBIAN_TRUNKLINE_PACKAGE_DEPENDS "libqt6sql6-sqlite")
set(CPACK_DEBIAN_DESKTOP_PACKAGE_DEPENDS "libqt6sql6-sqlite, qt6-svg-plugins | libqt6svg6 (<< 6.7.2-5)")
set(CPACK_DEBIAN_TRUNKLINE_PACKAGE_SUGGESTS "trunkline-desktop")
set(CPACK_DEBIAN_TRUNKLINE_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/installer/debian/postinst ${PROJECT_SOURCE_DIR}/installer/debian/prerm
    ${PROJECT_SOURCE_DIR}/installer/debian/postrm)

set(CPACK_ARCHIVE_COMPONENT_INSTALL OFF)

# Windows and macOS: one package with everything, Qt included. Not run here; makensis compiles the installer in the tests.
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/installer/PackagingAtPackTime.cmake)
set(CPACK_PACKAGE_INSTALL_DIRECTORY Trunkline)
list(PREPEND CMAKE_MODULE_PATH ${PROJECT_SOURCE_DIR}/installer/windows)        # NSIS.template.in
set(CPACK_TRUNKLINE_ICON ${PROJECT_SOURCE_DIR}/resources/windows/trunkline.ico)
set(CPACK_DMG_VOLUME_NAME Trunkline)
if(WIN32)
    set(CPACK_GENERATOR NSIS64 ZIP)
elseif(APPLE)
    set(CPACK_GENERATOR DragNDrop)
endif()
include(CPack)
