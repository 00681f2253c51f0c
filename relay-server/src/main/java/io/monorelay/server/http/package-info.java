/** The HTTP routes. */
@NullMarked
package io.monorelay.server.http;

import org.jspecify.annotations.NullMarked;
