/** The outgoing side: a connection to a relay. */
@NullMarked
package io.monorelay.client;

import org.jspecify.annotations.NullMarked;
