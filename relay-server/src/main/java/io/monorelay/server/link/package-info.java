/** Links that this node keeps to relays: what comes over them, and what is fed to them. */
@NullMarked
package io.monorelay.server.link;

import org.jspecify.annotations.NullMarked;
