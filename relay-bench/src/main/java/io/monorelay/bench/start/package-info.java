/** How soon a relay is there, and what it takes while nobody uses it. */
@NullMarked
package io.monorelay.bench.start;

import org.jspecify.annotations.NullMarked;
