# A layer is one folder of fcgi-app/ and one static library of the same name.
#
# Its headers are included as "<layer>/<header>.h". They are reachable only through a link of that name
# in the build tree, and only for targets that link the layer, so the order of DESIGN (core knows nobody,
# store knows core and platform, …) is enforced by the compiler: core cannot include "store/keys.h".
#
#   koshelf_layer(<name> SOURCES <files…> [DEPENDS <layers…>] [LIBRARIES <external…>] [ONE_BY_ONE])
#
# ONE_BY_ONE: never several sources at a time; clang's analyzer looks at what a source itself contains.
function(koshelf_layer name)
  cmake_parse_arguments(LAYER "ONE_BY_ONE" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  set(view "${CMAKE_BINARY_DIR}/layers/${name}")
  file(MAKE_DIRECTORY "${view}")
  file(CREATE_LINK "${CMAKE_SOURCE_DIR}/fcgi-app/${name}" "${view}/${name}" SYMBOLIC)

  list(TRANSFORM LAYER_SOURCES PREPEND "${name}/")
  add_library(koshelf_${name} STATIC ${LAYER_SOURCES})
  target_include_directories(koshelf_${name} PUBLIC "${view}")
  target_link_libraries(koshelf_${name} PRIVATE koshelf_options)
  if(LAYER_ONE_BY_ONE)
    set_target_properties(koshelf_${name} PROPERTIES UNITY_BUILD OFF)
  endif()
  foreach(lower IN LISTS LAYER_DEPENDS)
    target_link_libraries(koshelf_${name} PUBLIC koshelf_${lower})
  endforeach()
  target_link_libraries(koshelf_${name} PRIVATE ${LAYER_LIBRARIES})
endfunction()
