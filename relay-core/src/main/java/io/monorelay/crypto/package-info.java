/** Ed25519 identities, verification, and the types that prove a signature was checked. */
@NullMarked
package io.monorelay.crypto;

import org.jspecify.annotations.NullMarked;
