package io.monorelay.bench.jmh;

import static io.monorelay.bench.jmh.WrittenResult.DELIVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.bench.yardstick.Machine;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

final class JmhReportTest {
    @Test
    void saysOfEachBenchmarkItsTimeItsAllocationAndHowOftenItWasRepeated() {
        Machine machine = new Machine("AMD EPYC", 2, "amd64", "Linux 6", "JDK 25", "abc1234");
        JmhReport report =
                new JmhReport(LocalDate.of(2025, 1, 1), machine, WrittenResult.tree(DELIVER.named("join"), DELIVER));

        assertThat(report.markdown())
                .startsWith("# Single classes, 2025-01-01\n")
                .contains("- commit: abc1234\n- each: processes 3, in each 5 × 250 ms after 3 × 500 ms\n")
                .endsWith("""
                        | LoopFanout.deliver (format V2, peers 100) | 64.0 ± 2.000 ns/op | 24.0 ± 0.020 B/op |
                        | LoopFanout.join (format V2, peers 100) | 64.0 ± 2.000 ns/op | 24.0 ± 0.020 B/op |
                        """);
    }
}
