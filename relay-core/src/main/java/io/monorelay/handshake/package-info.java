/** The handshake of both session levels, as pure functions from records to records. */
@NullMarked
package io.monorelay.handshake;

import org.jspecify.annotations.NullMarked;
