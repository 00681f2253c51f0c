/** A relay that dies and comes back, and all the nodes that come back to it. */
@NullMarked
package io.monorelay.bench.storm;

import org.jspecify.annotations.NullMarked;
