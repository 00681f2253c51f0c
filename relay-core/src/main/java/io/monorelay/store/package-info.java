/** What is kept of the log beyond the ring: writing it durably, and reading it again from any position. */
@NullMarked
package io.monorelay.store;

import org.jspecify.annotations.NullMarked;
