/** The benchmarks' own programs: what the scripts bench, yardstick and soak run. */
@NullMarked
package io.monorelay.bench;

import org.jspecify.annotations.NullMarked;
