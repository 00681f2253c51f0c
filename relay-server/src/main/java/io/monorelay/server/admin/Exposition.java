package io.monorelay.server.admin;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Durations;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.protocol.CloseCode;
import io.monorelay.server.channel.MemoryBudget;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocatorMetric;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * What a node measures, in the text format of Prometheus. Nothing is measured for it on the way of a message: it reads the
 * counters that are there, when it is asked.
 */
public final class Exposition implements AutoCloseable {
    /** The content type of the text. */
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final PooledByteBufAllocatorMetric POOL = PooledByteBufAllocator.DEFAULT.metric();

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final JvmHeapPressureMetrics pressure = new JvmHeapPressureMetrics();

    /** Everything there is about a node. */
    public Exposition(RelayMetrics metrics, NodeGauges gauges, LoopProbes probes) {
        bindCounters(metrics);
        bindNode(gauges);
        bindProcess();
        histogram(
                "monorelay_commit_seconds",
                "How long the store took for one commit.",
                "",
                Map.of("", gauges.commits()));
        histogram(
                "monorelay_event_loop_delay_seconds",
                "How long an event loop took until it came to something new.",
                "loop",
                probes.delays());
    }

    private void bindCounters(RelayMetrics metrics) {
        counters("messages", "Published messages, by what became of them.", "outcome", metrics.outcomes());
        counters("faults", "What peers did wrong, or could not be served with.", "fault", metrics.faults());
        counters("drops", "Accepted messages that did not reach somebody.", "reason", metrics.drops());
        counters("refusals", "Connections that were not accepted.", "reason", metrics.refusals());
        counters("offences", "What remembered nodes did wrong.", "offence", metrics.offences());
        counters("storage", "What the store has done.", "event", metrics.storage());
        counters("links", "What happened on links to relays.", "event", metrics.linking());
        counters("traffic", "Everything else that went through.", "event", metrics.traffic());
        for (CloseCode code : metrics.closes().constants()) {
            FunctionCounter.builder("monorelay.closes", metrics.closes(), counted -> counted.count(code))
                    .description("Connections closed by this side.")
                    .tags("code", Integer.toString(code.code()), "reason", lowerCase(code))
                    .register(registry);
        }
    }

    private <E extends Enum<E>> void counters(String name, String description, String label, Counters<E> counters) {
        for (E constant : counters.constants()) {
            FunctionCounter.builder("monorelay." + name, counters, counted -> counted.count(constant))
                    .description(description)
                    .tag(label, lowerCase(constant))
                    .register(registry);
        }
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private void bindNode(NodeGauges gauges) {
        gauges.connections()
                .forEach((kind, count) -> gauge("monorelay.connections", "Open connections.", count, "protocol", kind));
        gauges.readers()
                .forEach((name, lag) -> gauge(
                        "monorelay.reader.lag",
                        "Messages in the log that a reader has yet to take.",
                        lag,
                        "reader",
                        name));
        gauge("monorelay.log.messages", "Messages in the log that some reader has yet to pass.", gauges.logMessages());
        gauge("monorelay.log.bytes", "The bytes of those.", gauges.logBytes());
        for (MemoryBudget.Way way : MemoryBudget.Way.values()) {
            String name = lowerCase(way);
            gauge(
                    "monorelay.memory.held.bytes",
                    "What connections have sent in part, or have yet to take.",
                    () -> gauges.memory().held(way),
                    "way",
                    name);
            gauge(
                    "monorelay.memory.budget.bytes",
                    "As much as that may be.",
                    () -> gauges.memory().limit(way),
                    "way",
                    name);
        }
        gauge("monorelay.ready", "Whether a balancer should send connections here.", gauges.ready());
    }

    private void bindProcess() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        pressure.bindTo(registry);
        gauge(
                "monorelay.pool.direct.bytes",
                "Pooled direct memory that is taken from the system.",
                POOL::usedDirectMemory);
        gauge(
                "monorelay.pool.direct.pinned.bytes",
                "Pooled direct memory that is in use.",
                PooledByteBufAllocator.DEFAULT::pinnedDirectMemory);
        gauge("monorelay.resident.bytes", "Memory of the process that is in RAM.", ResidentMemory::bytes);
    }

    private void gauge(String name, String description, DoubleSupplier value, String... tags) {
        Gauge.builder(name, value::getAsDouble)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private void histogram(String name, String help, String label, Map<String, Durations> durations) {
        registry.getPrometheusRegistry().register((Collector) () -> snapshot(name, help, label, durations));
    }

    private static MetricSnapshot snapshot(String name, String help, String label, Map<String, Durations> durations) {
        HistogramSnapshot.Builder snapshot =
                HistogramSnapshot.builder().name(name).help(help);
        durations.forEach((value, measured) -> snapshot.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(label.isEmpty() ? Labels.EMPTY : Labels.of(label, value))
                .classicHistogramBuckets(ClassicHistogramBuckets.of(Durations.boundsInSeconds(), measured.counts()))
                .sum(measured.totalSeconds())
                .build()));
        return snapshot.build();
    }

    /** Everything as it is now. Reads a file of the operating system, so not for an event loop that serves peers. */
    String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        pressure.close();
        registry.close();
    }
}
