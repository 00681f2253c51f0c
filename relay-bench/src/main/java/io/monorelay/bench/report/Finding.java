package io.monorelay.bench.report;

/** What was found out about one thing that must be so. */
public record Finding(String what, boolean isGood, String text) {}
