/** What HTTP and WebSocket connections have in common. */
@NullMarked
package io.monorelay.server.channel;

import org.jspecify.annotations.NullMarked;
