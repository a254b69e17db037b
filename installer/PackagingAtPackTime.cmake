# SPDX-License-Identifier: GPL-3.0-or-later
# Read by cpack for each generator: installers for Windows and macOS hold all components in one tree.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
    set(CPACK_MONOLITHIC_INSTALL ON)
endif()
