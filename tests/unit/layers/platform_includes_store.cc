// Must not compile: platform may not know the store layer (see koshelf_layer_violation).
#include "platform/log.h"
#include "store/keys.h"

int main() {
    return 0;
}
