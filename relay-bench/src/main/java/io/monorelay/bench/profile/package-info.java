/** Where the time of a running relay goes: its stacks, sampled by async-profiler, and the layers that they belong to. */
@NullMarked
package io.monorelay.bench.profile;

import org.jspecify.annotations.NullMarked;
