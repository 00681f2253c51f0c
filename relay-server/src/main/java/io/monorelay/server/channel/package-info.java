/** What connections of all kinds have in common. */
@NullMarked
package io.monorelay.server.channel;

import org.jspecify.annotations.NullMarked;
