# SPDX-License-Identifier: GPL-3.0-or-later
# Qt's lrelease turns resources/translations/*.ts into what the window carries. Without it the window is built, in English.
# It comes from the Qt that is built with: /usr/bin may hold another version's.
if(Qt6_FOUND AND QT6_INSTALL_PREFIX)
    foreach(tool IN ITEMS lrelease lupdate)
        string(TOUPPER TRUNKLINE_${tool} variable)
        find_program(${variable} NAMES ${tool} HINTS ${QT6_INSTALL_PREFIX}/${QT6_INSTALL_BINS} ${QT6_INSTALL_PREFIX}/tools/Qt6/bin NO_DEFAULT_PATH)
        find_program(${variable} NAMES ${tool}-qt6 ${tool}6 ${tool}-pro-qt6)
    endforeach()
endif()

# trunkline_translate(TARGET): compiles the translations into TARGET below :/translations and defines TRUNKLINE_TRANSLATIONS.
function(trunkline_translate target)
    if(NOT TRUNKLINE_LRELEASE)
        message(STATUS "No translations: lrelease is missing (Debian: qt6-l10n-tools)")
        return()
    endif()
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/resources/translations/*.ts)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/translations)
    file(MAKE_DIRECTORY ${folder})
    set(compiled)
    set(entries)
    foreach(source IN LISTS sources)
        get_filename_component(name ${source} NAME_WE)
        add_custom_command(OUTPUT ${folder}/${name}.qm DEPENDS ${source} VERBATIM
                           COMMAND ${TRUNKLINE_LRELEASE} -silent ${source} -qm ${folder}/${name}.qm)
        list(APPEND compiled ${folder}/${name}.qm)
        string(APPEND entries "<file>${name}.qm</file>")
    endforeach()
    file(CONFIGURE OUTPUT ${folder}/translations.qrc CONTENT "<RCC><qresource prefix=\"/translations\">${entries}</qresource></RCC>\n" @ONLY)
    add_custom_command(OUTPUT ${folder}/qrc_translations.cpp DEPENDS ${compiled} ${folder}/translations.qrc VERBATIM
                       COMMAND Qt6::rcc --name translations --output ${folder}/qrc_translations.cpp ${folder}/translations.qrc)
    set_source_files_properties(${folder}/qrc_translations.cpp PROPERTIES SKIP_AUTOGEN ON SKIP_PRECOMPILE_HEADERS ON)
    target_sources(${target} PRIVATE ${folder}/qrc_translations.cpp)
    target_compile_definitions(${target} PRIVATE TRUNKLINE_TRANSLATIONS)
endfunction()
