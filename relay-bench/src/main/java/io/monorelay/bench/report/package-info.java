/** What was measured, beside what it is to be, as it is written down. */
@NullMarked
package io.monorelay.bench.report;

import org.jspecify.annotations.NullMarked;
