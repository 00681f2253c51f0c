/** Runs that last: a relay under load of all kinds, watched every second and judged at the end. */
@NullMarked
package io.monorelay.bench.soak;

import org.jspecify.annotations.NullMarked;
