/** Who may connect and take part, and what is connected now. */
@NullMarked
package io.monorelay.server.admission;

import org.jspecify.annotations.NullMarked;
