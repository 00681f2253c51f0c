/** What the operator of a node sees and does, on a port of its own. */
@NullMarked
package io.monorelay.server.admin;

import org.jspecify.annotations.NullMarked;
