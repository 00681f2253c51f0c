/** Signed messages in numbers, for the load tool and for the benchmarks. */
@NullMarked
package io.monorelay.bench.messages;

import org.jspecify.annotations.NullMarked;
