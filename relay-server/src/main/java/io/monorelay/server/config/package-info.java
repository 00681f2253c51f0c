/** Configuration: from a YAML file, the environment and the command line to one immutable record tree. */
@NullMarked
package io.monorelay.server.config;

import org.jspecify.annotations.NullMarked;
