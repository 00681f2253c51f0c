/** Named attacks on a relay that serves honest nodes meanwhile, each judged by what those notice of it. */
@NullMarked
package io.monorelay.bench.siege;

import org.jspecify.annotations.NullMarked;
