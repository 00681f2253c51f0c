/** RFC 6455 framing: a strict reader and a writer, for both roles. */
@NullMarked
package io.monorelay.websocket;

import org.jspecify.annotations.NullMarked;
