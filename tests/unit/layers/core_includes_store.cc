// Must not compile: core may not know the store (see the test unit.layers).
#include "core/ids.h"
#include "store/keys.h"

int main() {
    return 0;
}
