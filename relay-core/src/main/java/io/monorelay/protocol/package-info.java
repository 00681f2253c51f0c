/** The wire: records, decoder, encoder, limits, faults and close codes. */
@NullMarked
package io.monorelay.protocol;

import org.jspecify.annotations.NullMarked;
