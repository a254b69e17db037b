# SPDX-License-Identifier: GPL-3.0-or-later
# One INTERFACE target that every target of the project links: language level, warnings, sanitizers, hardening.
add_library(trunkline_options INTERFACE)
target_compile_features(trunkline_options INTERFACE cxx_std_20)
target_include_directories(trunkline_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(trunkline_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_USE_QSTRINGBUILDER QT_NO_FOREACH QT_NO_KEYWORDS
    QT_DISABLE_DEPRECATED_BEFORE=0x060400
    TRUNKLINE_VERSION="${PROJECT_VERSION}")

if(MSVC)
    target_compile_options(trunkline_options INTERFACE /W4 /permissive- /utf-8
        $<$<BOOL:${TRUNKLINE_WERROR}>:/WX>)
else()
    target_compile_options(trunkline_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
        $<$<BOOL:${TRUNKLINE_WERROR}>:-Werror>)
    # clang warns of Qt 6.4's own headers otherwise
    target_compile_options(trunkline_options INTERFACE
        $<$<CXX_COMPILER_ID:Clang>:-Wno-gnu-zero-variadic-macro-arguments>)
    if(TRUNKLINE_SANITIZE)
        target_compile_options(trunkline_options INTERFACE -fsanitize=${TRUNKLINE_SANITIZE} -fno-omit-frame-pointer)
        target_link_options(trunkline_options INTERFACE -fsanitize=${TRUNKLINE_SANITIZE})
        if(TRUNKLINE_SANITIZE MATCHES "undefined")
            target_compile_options(trunkline_options INTERFACE -fno-sanitize-recover=undefined)
        endif()
    elseif(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
        # tests/check_hardening.py looks for all of it in the program that was built.
        include(CheckCXXCompilerFlag)
        target_compile_options(trunkline_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong)
        foreach(flag IN ITEMS -fstack-clash-protection -fcf-protection)
            string(MAKE_C_IDENTIFIER "TRUNKLINE_HAS${flag}" has)
            check_cxx_compiler_flag(-Werror\ ${flag} ${has})
            if(${has})
                target_compile_options(trunkline_options INTERFACE ${flag})
            endif()
        endforeach()
        if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
            target_link_options(trunkline_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
        endif()
    endif()
    if(TRUNKLINE_COVERAGE)
        target_compile_options(trunkline_options INTERFACE --coverage -fprofile-update=atomic -O0 -g)
        target_link_options(trunkline_options INTERFACE --coverage)
    endif()
endif()

# LLVM's linker, when it is there, takes a third of the time; some seventy test programs are linked.
find_program(TRUNKLINE_LLD ld.lld)
if(TRUNKLINE_LLD AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
    target_link_options(trunkline_options INTERFACE -fuse-ld=lld)
endif()

# Position-independent executables, where the linker can.
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# What most files include, compiled once a target: a cold build takes 40 % less CPU.
option(TRUNKLINE_PCH "Precompile the headers that most files include" ON)
set(TRUNKLINE_COMMON_HEADERS
    <algorithm> <chrono> <functional> <memory> <optional> <string> <string_view> <unordered_map> <vector>
    <QByteArray> <QDateTime> <QHash> <QJsonObject> <QList> <QObject> <QString> <QTcpSocket> <QTimer>)

# trunkline_precompile(TARGET [HEADER …]): the common headers and the ones named.
function(trunkline_precompile target)
    if(NOT TRUNKLINE_PCH)
        return()
    endif()
    target_precompile_headers(${target} PRIVATE ${TRUNKLINE_COMMON_HEADERS} ${ARGN})
    # ccache can reuse clang's only without the time in it.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_LAUNCHER)
        target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
    endif()
endfunction()

# Qt Test, without the definitions that hold this checkout's path (they serve QFINDTESTDATA): ccache could share no test.
macro(trunkline_find_qt_test)
    find_package(Qt6 6.4.2 REQUIRED COMPONENTS Test)
    get_target_property(qt_test_definitions Qt6::Test INTERFACE_COMPILE_DEFINITIONS)
    list(FILTER qt_test_definitions EXCLUDE REGEX "QT_TESTCASE_(BUILD|SOURCE)DIR")
    set_target_properties(Qt6::Test PROPERTIES INTERFACE_COMPILE_DEFINITIONS "${qt_test_definitions}")
endmacro()
