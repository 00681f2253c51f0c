/** References to other nodes, and what is known about their behaviour. */
@NullMarked
package io.monorelay.refs;

import org.jspecify.annotations.NullMarked;
