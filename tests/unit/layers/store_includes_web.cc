// Must not compile: store may not know the web layer (see koshelf_layer_violation).
#include "store/keys.h"
#include "web/router.h"

int main() {
    return 0;
}
