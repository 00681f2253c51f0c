package io.monorelay.bench.soak;

/** What was found out about one thing that must be so. */
record Finding(String what, boolean isGood, String text) {}
