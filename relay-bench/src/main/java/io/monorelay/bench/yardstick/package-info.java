/** The comparison of the relay with the least that a broadcast server can do. */
@NullMarked
package io.monorelay.bench.yardstick;

import org.jspecify.annotations.NullMarked;
