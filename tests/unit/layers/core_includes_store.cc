// Must not compile: core may not know the store (see koshelf_layer_violation).
#include "core/ids.h"
#include "store/keys.h"

int main() {
    return 0;
}
