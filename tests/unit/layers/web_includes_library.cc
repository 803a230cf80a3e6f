// Must not compile: web may not know the library's process (see koshelf_layer_violation).
#include "library/maps.h"
#include "web/router.h"

int main() {
    return 0;
}
