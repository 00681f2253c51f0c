/** The figures of the durable store: what scripts/bench store measures. */
@NullMarked
package io.monorelay.bench.store;

import org.jspecify.annotations.NullMarked;
