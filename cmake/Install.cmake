# SPDX-License-Identifier: GPL-3.0-or-later
# What `cmake --install` and cpack take. Components: `trunkline`, the headless program, and `desktop`, the window.
include(GNUInstallDirs)
set(CMAKE_INSTALL_DOCDIR ${CMAKE_INSTALL_DATADIR}/doc/trunkline)

if(APPLE AND TRUNKLINE_BUILD_DESKTOP)
    # Into the window's bundle, whose frameworks it needs.
    install(TARGETS trunkline RUNTIME DESTINATION trunkline-desktop.app/Contents/MacOS COMPONENT trunkline)
else()
    set(X_VCPKG_APPLOCAL_DEPS_INSTALL ON)       # vcpkg's libraries beside it, on Windows
    install(TARGETS trunkline RUNTIME COMPONENT trunkline)
endif()
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT trunkline)
install(FILES .env.example DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME trunkline.env.example COMPONENT trunkline)
install(DIRECTORY docs/examples/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT trunkline)
if(TRUNKLINE_BUILD_DESKTOP)
    install(TARGETS trunkline-desktop RUNTIME COMPONENT desktop BUNDLE DESTINATION . COMPONENT desktop)
endif()

# Qt's libraries and plugins for both programs, where the system has none. What qt_generate_deploy_app_script() writes, which knows one program.
if((WIN32 OR APPLE) AND TRUNKLINE_BUILD_DESKTOP)
    if(APPLE)
        set(window_place trunkline-desktop.app)
        set(hub_place trunkline-desktop.app/Contents/MacOS/trunkline)
    else()
        set(window_place "\${QT_DEPLOY_BIN_DIR}/trunkline-desktop.exe")
        set(hub_place "\${QT_DEPLOY_BIN_DIR}/trunkline.exe")
    endif()
    set(deploy_script ${PROJECT_BINARY_DIR}/deploy.cmake)
    file(GENERATE OUTPUT ${deploy_script} CONTENT "include(\"${QT_DEPLOY_SUPPORT}\")
qt6_deploy_runtime_dependencies(EXECUTABLE \"${window_place}\" ADDITIONAL_EXECUTABLES \"${hub_place}\" GENERATE_QT_CONF)
")
    install(SCRIPT ${deploy_script} COMPONENT desktop)
endif()
if(WIN32)
    # What the compiler's library is on a Windows that has none.
    set(CMAKE_INSTALL_SYSTEM_RUNTIME_COMPONENT desktop)
    include(InstallRequiredSystemLibraries)
    install(FILES installer/windows/path.ps1 DESTINATION . COMPONENT desktop)
endif()

if(UNIX AND NOT APPLE)
    install(FILES installer/trunkline.service installer/trunkline.socket DESTINATION lib/systemd/system COMPONENT trunkline)
    if(TRUNKLINE_BUILD_DESKTOP)
        install(FILES resources/linux/org.trunkline.Trunkline.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications COMPONENT desktop)
        install(FILES resources/linux/org.trunkline.Trunkline.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo COMPONENT desktop)
        install(FILES resources/linux/org.trunkline.Trunkline.mime.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages
                RENAME org.trunkline.Trunkline.xml COMPONENT desktop)
        install(FILES resources/icons/trunkline.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps
                RENAME org.trunkline.Trunkline.svg COMPONENT desktop)
        foreach(size IN ITEMS 16 24 32 48 64 128 256 512)
            install(FILES resources/icons/app/${size}.png DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/${size}x${size}/apps
                    RENAME org.trunkline.Trunkline.png COMPONENT desktop)
        endforeach()
    endif()
    # Man pages and completions are made of what the program itself says.
    find_package(Python3 COMPONENTS Interpreter)
    if(Python3_Interpreter_FOUND AND NOT CMAKE_CROSSCOMPILING)
        set(help_folder ${PROJECT_BINARY_DIR}/help)
        add_custom_command(OUTPUT ${help_folder}/stamp
            COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tools/help_docs.py $<TARGET_FILE:trunkline> ${help_folder}
            COMMAND ${CMAKE_COMMAND} -E touch ${help_folder}/stamp
            DEPENDS trunkline ${PROJECT_SOURCE_DIR}/tools/help_docs.py COMMENT "Making man pages and completions" VERBATIM)
        add_custom_target(trunkline_help ALL DEPENDS ${help_folder}/stamp)
        install(DIRECTORY ${help_folder}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT trunkline)
        install(FILES ${help_folder}/bash/trunkline DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT trunkline)
        install(FILES ${help_folder}/zsh/_trunkline DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT trunkline)
        install(FILES ${help_folder}/fish/trunkline.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT trunkline)
        if(TRUNKLINE_BUILD_DESKTOP)
            add_custom_command(OUTPUT ${help_folder}/window/stamp
                COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tools/help_docs.py --window $<TARGET_FILE:trunkline-desktop> ${help_folder}/window
                COMMAND ${CMAKE_COMMAND} -E touch ${help_folder}/window/stamp
                DEPENDS trunkline-desktop ${PROJECT_SOURCE_DIR}/tools/help_docs.py COMMENT "Making the window's man page and completions" VERBATIM)
            add_custom_target(trunkline_window_help ALL DEPENDS ${help_folder}/window/stamp)
            install(DIRECTORY ${help_folder}/window/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT desktop)
            install(FILES ${help_folder}/window/bash/trunkline-desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT desktop)
            install(FILES ${help_folder}/window/zsh/_trunkline-desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT desktop)
            install(FILES ${help_folder}/window/fish/trunkline-desktop.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
                    COMPONENT desktop)
        endif()
    endif()
    # Where Debian's tools look for it, in each package.
    install(FILES installer/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT trunkline)
    if(TRUNKLINE_BUILD_DESKTOP)
        install(FILES installer/debian/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/trunkline-desktop COMPONENT desktop)
    endif()
endif()

include(installer/Packaging.cmake)
