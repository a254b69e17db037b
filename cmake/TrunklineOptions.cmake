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
        target_compile_options(trunkline_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
        if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
            target_link_options(trunkline_options INTERFACE -Wl,-z,relro,-z,now)
        endif()
    endif()
    if(TRUNKLINE_COVERAGE)
        target_compile_options(trunkline_options INTERFACE --coverage -O0 -g)
        target_link_options(trunkline_options INTERFACE --coverage)
    endif()
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
