package io.monorelay.bench.load;

import io.monorelay.crypto.Ed25519;

/**
 * What all nodes of a run share.
 *
 * @param id tells its messages from those of other runs
 */
record Run(int id, LoadPlan plan, Ed25519 ed25519, Supply supply, DueTimes dueTimes, Tally tally) {}
