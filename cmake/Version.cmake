# Sets KOSHELF_VERSION: what `--version`, /admin/status and packages say.
#
# In a checkout it is what git describes: "1.2.0" at the tag v1.2.0, "1.2.0+5.gabc1234" five commits later, with
# ".dirty" if files were changed. A source archive made by git carries it in cmake/version.txt, which git fills in.
# Elsewhere (no git, no tag yet) it is the project's number. -DKOSHELF_VERSION=… overrides all of that. It is asked for
# when CMake configures, not at each build.
function(koshelf_describe result)
  file(STRINGS "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/version.txt" described LIMIT_COUNT 1)
  if(described MATCHES "Format:")
    set(described "")
    find_package(Git QUIET)
    if(GIT_FOUND AND EXISTS "${CMAKE_SOURCE_DIR}/.git")
      execute_process(COMMAND "${GIT_EXECUTABLE}" describe --tags "--match=v[0-9]*" --dirty=.dirty
        WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" OUTPUT_VARIABLE described ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    endif()
  endif()
  if(described MATCHES "^v([0-9]+\\.[0-9]+\\.[0-9]+)(-([0-9]+)-(g[0-9a-f]+))?(\\.dirty)?$")
    set(version "${CMAKE_MATCH_1}")
    if(CMAKE_MATCH_2)
      string(APPEND version "+${CMAKE_MATCH_3}.${CMAKE_MATCH_4}")
    endif()
    string(APPEND version "${CMAKE_MATCH_5}")
  else()
    set(version "${PROJECT_VERSION}")
  endif()
  set(${result} "${version}" PARENT_SCOPE)
endfunction()

if(NOT KOSHELF_VERSION)
  koshelf_describe(KOSHELF_VERSION)
endif()
