/** WebSocket connections and the sessions on them. */
@NullMarked
package io.monorelay.server.ws;

import org.jspecify.annotations.NullMarked;
