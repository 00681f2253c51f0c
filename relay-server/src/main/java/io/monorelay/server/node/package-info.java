/** The relay as a whole: what is built, in which order, and how it ends. */
@NullMarked
package io.monorelay.server.node;

import org.jspecify.annotations.NullMarked;
