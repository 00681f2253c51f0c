/** Servers under test, as processes of their own. */
@NullMarked
package io.monorelay.bench.process;

import org.jspecify.annotations.NullMarked;
