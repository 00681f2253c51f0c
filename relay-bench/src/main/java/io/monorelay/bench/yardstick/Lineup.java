package io.monorelay.bench.yardstick;

import java.util.List;
import java.util.Map;

/**
 * Who takes part in a comparison.
 *
 * @param ready those who can be measured, in the order of the tables
 * @param versions what exactly each of them is
 * @param missing those who cannot, and why
 */
record Lineup(List<Contender> ready, Map<Contender, String> versions, Map<Contender, String> missing) {}
