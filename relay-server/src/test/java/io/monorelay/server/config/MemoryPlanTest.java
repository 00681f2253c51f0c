package io.monorelay.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {
    private static MemoryPlan plan(long mebibytes, String... settings) throws ConfigException {
        return plan(mebibytes, mebibytes, settings);
    }

    private static MemoryPlan plan(long heap, long direct, String... settings) throws ConfigException {
        Map<String, String> flags = new HashMap<>(Map.of("network.event-loops", "2"));
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            flags.put(parts[0], parts[1]);
        }
        Settings resolved = ConfigLoader.settings(Catalogue.all(), null, Map.of(), flags);
        return MemoryPlan.of(resolved, new MemoryPlan.Given(heap << 20, direct << 20));
    }

    @ParameterizedTest
    @ValueSource(longs = {256, 512, 1024, 6144, 65_536})
    void theDefaultsFitIntoWhatAMachineOfAnySizeGives(long mebibytes) throws Exception {
        MemoryPlan plan = plan(mebibytes);
        assertThat(plan.whyTooMuch()).isEmpty();
        assertThat(plan.shares().connections()).isGreaterThan(5_000);
        assertThat(plan.shares().seenIds()).isGreaterThan(100_000);
        assertThat(plan.shares().inboundBytes()).isGreaterThan(8 << 20);
    }

    @Test
    void whereThereIsEnoughTheUsualLimitsHold() throws Exception {
        MemoryPlan plan = plan(1024);
        assertThat(plan.connections()).isEqualTo(100_000);
        assertThat(plan.seenIds()).isEqualTo(1_000_000);
    }

    @Test
    void whatIsGivenIsNotChangedAndLeavesLessToTheRest() throws Exception {
        MemoryPlan plan = plan(512, "memory.inbound=50MiB", "seen.max-ids=1000000");
        assertThat(plan.shares().inboundBytes()).isEqualTo(50 << 20);
        assertThat(plan.seenIds()).isEqualTo(1_000_000);
        assertThat(plan(512, "log.max-bytes=128MiB").connections())
                .isLessThan(plan(512).connections());
    }

    @ParameterizedTest
    @CsvSource({
        "seen.max-ids=10000000, ids seen (seen.max-ids = 10000000) 1525.9 MiB",
        "network.max-connections=1000000, connections (network.max-connections = 1000000) 2441.4 MiB",
        "log.max-bytes=1GiB, the log (log.max-bytes = 1GiB; log.slots = 16384) 1033.0 MiB",
        "memory.inbound=2GiB, what comes in (memory.inbound = 2048.0 MiB) 2048.0 MiB",
        "message.max-bytes=8MiB, old messages looked up (message.max-bytes = 8MiB) 2048.0 MiB",
    })
    void whatIsTooMuchForTheHeapIsNamedWithItsSettingAndWhatThereIs(String setting, String named) throws Exception {
        String why = plan(1024, 16_384, setting).whyTooMuch().orElseThrow();
        assertThat(why)
                .contains("heap: ", named.replace(';', ','), ", of 1024.0 MiB (-Xmx)")
                .doesNotContain("direct memory: ")
                .hasLineCount(1);
    }

    @Test
    void buffersAreComparedWithTheDirectMemory() throws Exception {
        MemoryPlan plan = plan(4096, 256, "fanout.laggard-bytes=256MiB");
        assertThat(plan.whyTooMuch().orElseThrow())
                .contains("direct memory: ", "what goes out (memory.outbound = 320.0 MiB) 320.0 MiB", ", of 256.0 MiB")
                .doesNotContain("heap: ");
    }

    @Test
    void tlsMakesConnectionsDearer() throws Exception {
        String[] tls = {"tls.certificate=/a.pem", "tls.key=/b.pem"};
        assertThat(plan(256, tls).connections()).isLessThan(plan(256).connections());
    }
}
