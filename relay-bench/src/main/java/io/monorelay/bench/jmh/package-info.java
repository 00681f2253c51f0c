/** The benchmarks of single classes: runs them, writes down what they measured, and says what changed since. */
@NullMarked
package io.monorelay.bench.jmh;

import org.jspecify.annotations.NullMarked;
