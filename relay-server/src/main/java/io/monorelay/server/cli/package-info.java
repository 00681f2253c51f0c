/** The command line. */
@NullMarked
package io.monorelay.server.cli;

import org.jspecify.annotations.NullMarked;
