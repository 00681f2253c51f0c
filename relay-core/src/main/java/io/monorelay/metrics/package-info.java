/** Counters, one for each constant of an enum. */
@NullMarked
package io.monorelay.metrics;

import org.jspecify.annotations.NullMarked;
