/** The handshake bound to this node's identity, clock and limits. */
@NullMarked
package io.monorelay.server.handshake;

import org.jspecify.annotations.NullMarked;
