/** Delivery of the log to the peers of one event loop. */
@NullMarked
package io.monorelay.fanout;

import org.jspecify.annotations.NullMarked;
