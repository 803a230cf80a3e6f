// Must not compile: reading may not know the store layer (see koshelf_layer_violation).
#include "reading/ward.h"
#include "store/keys.h"

int main() {
    return 0;
}
