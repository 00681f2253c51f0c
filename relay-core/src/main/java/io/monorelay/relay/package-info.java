/** The message path from received bytes to the log, and routing. */
@NullMarked
package io.monorelay.relay;

import org.jspecify.annotations.NullMarked;
