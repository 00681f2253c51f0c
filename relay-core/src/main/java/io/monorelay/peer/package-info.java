/** A connected node, and the peers of one event loop. */
@NullMarked
package io.monorelay.peer;

import org.jspecify.annotations.NullMarked;
