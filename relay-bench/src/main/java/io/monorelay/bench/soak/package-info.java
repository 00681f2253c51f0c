/** The original prototype's last test: messages at a steady pace, both ways at once. */
@NullMarked
package io.monorelay.bench.soak;

import org.jspecify.annotations.NullMarked;
