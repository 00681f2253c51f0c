/** The one log of accepted messages: a bounded ring with independent readers. */
@NullMarked
package io.monorelay.log;

import org.jspecify.annotations.NullMarked;
