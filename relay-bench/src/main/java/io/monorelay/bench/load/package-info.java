/** The load tool: any number of nodes that publish and receive, and an account of every delivery that is due. */
@NullMarked
package io.monorelay.bench.load;

import org.jspecify.annotations.NullMarked;
