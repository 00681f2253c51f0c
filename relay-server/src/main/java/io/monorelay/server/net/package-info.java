/** Listening, sniffing and the pipelines. */
@NullMarked
package io.monorelay.server.net;

import org.jspecify.annotations.NullMarked;
