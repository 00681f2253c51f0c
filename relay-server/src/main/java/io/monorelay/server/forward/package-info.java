/** Calls to other nodes over HTTP: forwarding messages to them, and asking back those that are not yet known. */
@NullMarked
package io.monorelay.server.forward;

import org.jspecify.annotations.NullMarked;
